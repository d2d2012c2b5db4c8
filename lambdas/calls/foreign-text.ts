import * as z from 'zod';

/** Text of another system: 1 to `maxChars` printable characters, without control characters, line ends and half characters. */
export const printable = (maxChars: number) =>
  z
    .string()
    .regex(
      new RegExp(`^[^\\p{C}\\p{Zl}\\p{Zp}]{1,${maxChars}}$`, 'u'),
      `expected 1 to ${maxChars} printable characters`,
    );

/** Most characters of an id that another system than ElevenLabs gave. */
const maxForeignIdChars = 256;

/** An id of the flat form or of a telephone provider. It appears in keys only as its SHA-256. */
export const foreignId = printable(maxForeignIdChars);

/** A number, as it is or as decimal text: some senders quote all their values. */
export const numeric = z.union(
  [
    z.number(),
    z
      .string()
      .regex(/^-?\d{1,15}(\.\d{1,9})?$/)
      .transform(Number),
  ],
  { error: 'expected a number or a text of digits' },
);

/** Later than any date in seconds, earlier than any in milliseconds. */
const firstMilliseconds = 100_000_000_000;

/** A moment in unix seconds or milliseconds, as unix seconds to the millisecond. */
export const unixTime = numeric
  .refine((value) => Math.abs(value) < firstMilliseconds * 1000, 'expected unix seconds or milliseconds')
  .transform((value) => Math.round(Math.abs(value) < firstMilliseconds ? value * 1000 : value) / 1000);

/** Most characters of a text that is kept in the ledger. */
export const maxStoredChars = 1_024;

/** A text as the ledger keeps it: cut at 1,024 characters, without half characters, which DynamoDB refuses. */
export const storable = (text: string): string => text.slice(0, maxStoredChars).toWellFormed();

/** Whether a number is exact enough to mean something, and neither larger nor smaller than DynamoDB holds. */
export const isStorable = (value: number): boolean =>
  value === 0 || (Math.abs(value) >= 1e-100 && Math.abs(value) <= Number.MAX_SAFE_INTEGER);

/** Optional values of a vendor's document: what is missing, of another type or out of bounds is null. */
export const textOrNull = z.string().nullable().catch(null);
export const storedTextOrNull = z.string().transform(storable).nullable().catch(null);
export const numberOrNull = z.number().refine(isStorable).nullable().catch(null);
export const flagOrNull = z.boolean().nullable().catch(null);
