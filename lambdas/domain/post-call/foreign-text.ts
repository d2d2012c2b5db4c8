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

/** Optional values of a vendor's document: what is missing or of another type is null. */
export const textOrNull = z.string().nullable().catch(null);
export const numberOrNull = z.number().nullable().catch(null);
export const flagOrNull = z.boolean().nullable().catch(null);
