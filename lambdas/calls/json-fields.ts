import * as z from 'zod';

/** A JSON object whose fields have not been checked yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether a parsed JSON value is an object: neither null nor a list. */
export const isJsonObject = (json: unknown): json is JsonObject =>
  typeof json === 'object' && json !== null && !Array.isArray(json);

/**
 * The entries of a JSON object; none for anything else. Leaves out names that every object has, such as `__proto__`,
 * because a later copy of the entries must not set them.
 */
export const entriesOf = (json: unknown): [string, unknown][] =>
  isJsonObject(json) ? Object.entries(json).filter(([key]) => !(key in {})) : [];

/** The object in a field of its own; an empty object where the field is missing or holds something else. */
export const objectIn = (json: JsonObject, field: string): JsonObject => {
  const value = Object.hasOwn(json, field) ? json[field] : undefined;
  return isJsonObject(value) ? value : {};
};

/** A part of a document with these fields. If the part is missing or not an object, all its fields count as missing. */
export const part = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.preprocess((json) => (isJsonObject(json) ? json : {}), z.object(shape));

/**
 * Whether the lists and objects of a parsed document are nested more than `maxLevels` deep. Runs in linear time and
 * without recursion, because most readers and writers of JSON overflow the stack on such a document.
 */
export const isNestedDeeper = (json: unknown, maxLevels: number): boolean => {
  const open: { readonly values: readonly unknown[]; at: number }[] = [{ values: [json], at: 0 }];
  for (let inner = open.at(-1); inner !== undefined; inner = open.at(-1)) {
    if (inner.at === inner.values.length) {
      open.pop();
      continue;
    }
    const value = inner.values[inner.at];
    inner.at += 1;
    if (typeof value !== 'object' || value === null) continue;
    if (open.length > maxLevels) return true;
    open.push({ values: Object.values(value), at: 0 });
  }
  return false;
};

/** Text of another system: 1 to `maxChars` printable characters, without control characters or line breaks. */
export const printable = (maxChars: number) =>
  z
    .string()
    .regex(
      new RegExp(`^[^\\p{C}\\p{Zl}\\p{Zp}]{1,${maxChars}}$`, 'u'),
      `expected 1 to ${maxChars} printable characters`,
    );

const maxForeignIdChars = 256;

/**
 * An id of the flat form, of 3CX or of a telephone provider: 1 to 256 characters, or a JSON integer, which becomes its
 * digits. Keys hold only its SHA-256.
 */
export const foreignId = z.union([printable(maxForeignIdChars), z.int().transform(String)], {
  error: `expected 1 to ${maxForeignIdChars} printable characters`,
});

/** A number, or a text that holds one: some senders quote all their values. */
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

/** Later than any date in seconds, earlier than any date in milliseconds. */
const firstMilliseconds = 100_000_000_000;

/** A moment in unix seconds or milliseconds; the result is unix seconds, rounded to milliseconds. */
export const unixTime = numeric
  .refine((value) => Math.abs(value) < firstMilliseconds * 1000, 'expected unix seconds or milliseconds')
  .transform((value) => Math.round(Math.abs(value) < firstMilliseconds ? value * 1000 : value) / 1000);

/** A time without an offset is taken as UTC. */
const isoTimestamp = z.iso
  .datetime({ offset: true, local: true })
  .transform((text) => Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`) / 1000);

/** A moment in unix seconds or milliseconds, or in ISO 8601; the result is unix seconds. */
export const timestamp = z.union([unixTime, isoTimestamp], {
  error: 'expected unix seconds or milliseconds, or an ISO 8601 date and time',
});

/** `mm:ss` or `hh:mm:ss`, with parts of a second. */
const clockDuration = z
  .string()
  .regex(/^(?:\d{1,4}:)?\d{1,4}:\d{1,2}(?:\.\d{1,9})?$/)
  .transform((text) => text.split(':').reduce((seconds, part) => seconds * 60 + Number(part), 0));

/** A duration in seconds, or as `hh:mm:ss`; the result is seconds, 0 or more. */
export const duration = z
  .union([numeric, clockDuration], { error: 'expected seconds or hh:mm:ss' })
  .refine((value) => value >= 0, 'expected 0 or more');

/**
 * The names of optional fields whose values their schemas do not accept: readers treat such values as absent. Missing
 * fields and null are accepted.
 */
export const oddFields = (json: unknown, schemas: Readonly<Record<string, z.ZodType>>): readonly string[] =>
  Object.entries(schemas)
    .filter(([field, schema]) => {
      const value = isJsonObject(json) && Object.hasOwn(json, field) ? json[field] : undefined;
      return value !== undefined && value !== null && !schema.safeParse(value).success;
    })
    .map(([field]) => field);

/** An optional field: a value that the schema does not accept counts as absent. */
export const optional = <T extends z.ZodType>(schema: T) => schema.nullish().catch(undefined);

/** The ledger keeps texts up to this length, in characters. */
export const maxStoredChars = 1_024;

/** Cuts a text at 1,024 characters and replaces half characters, which DynamoDB refuses. */
export const storable = (text: string): string => text.slice(0, maxStoredChars).toWellFormed();

/** Whether a number is an exact one that DynamoDB can hold. */
export const isStorable = (value: number): boolean =>
  value === 0 || (Math.abs(value) >= 1e-100 && Math.abs(value) <= Number.MAX_SAFE_INTEGER);

/** Optional values: null where the value is missing, has another type or is out of bounds. */
export const textOrNull = z.string().nullable().catch(null);
export const storedTextOrNull = z.string().transform(storable).nullable().catch(null);
export const numberOrNull = z.number().refine(isStorable).nullable().catch(null);
export const flagOrNull = z.boolean().nullable().catch(null);
