import * as z from 'zod';

/** A JSON object with unchecked fields. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Returns whether a parsed JSON value is an object, not null or a list. */
export const isJsonObject = (json: unknown): json is JsonObject =>
  typeof json === 'object' && json !== null && !Array.isArray(json);

/**
 * Returns the entries of a JSON object, or none for other values. Omits names that every object has, such as
 * `__proto__`, because a later copy must not set them.
 */
export const entriesOf = (json: unknown): [string, unknown][] =>
  isJsonObject(json) ? Object.entries(json).filter(([key]) => !(key in {})) : [];

/** Returns the object in an own field. Returns an empty object if the field is missing or is not an object. */
export const objectIn = (json: JsonObject, field: string): JsonObject => {
  const value = Object.hasOwn(json, field) ? json[field] : undefined;
  return isJsonObject(value) ? value : {};
};

/** Parses part of a document. If the part is missing or not an object, all its fields count as missing. */
export const part = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.preprocess((json) => (isJsonObject(json) ? json : {}), z.object(shape));

/**
 * Returns whether a parsed document is nested more than `maxLevels` deep. Uses linear time and no recursion, because
 * most JSON readers and writers overflow the stack on such a document.
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

/** Accepts foreign text: 1 to `maxChars` printable characters, without control characters or line breaks. */
export const printable = (maxChars: number) =>
  z
    .string()
    .regex(
      new RegExp(`^[^\\p{C}\\p{Zl}\\p{Zp}]{1,${maxChars}}$`, 'u'),
      `expected 1 to ${maxChars} printable characters`,
    );

const maxForeignIdChars = 256;

/**
 * An id from the flat form, 3CX or a telephone provider: 1 to 256 characters, or a JSON integer, which becomes text.
 * Keys contain only its SHA-256.
 */
export const foreignId = z.union([printable(maxForeignIdChars), z.int().transform(String)], {
  error: `expected 1 to ${maxForeignIdChars} printable characters`,
});

/** A number, or a number as text, because some senders quote all values. */
export const numeric = z.union(
  [
    z.number(),
    z
      .string()
      .trim()
      .regex(/^-?\d{1,15}(\.\d{1,9})?$/)
      .transform(Number),
  ],
  { error: 'expected a number or a text of digits' },
);

/** A value above every date in seconds and below every date in milliseconds. */
const firstMilliseconds = 100_000_000_000;

/** A time in unix seconds or milliseconds. The result is unix seconds, rounded to milliseconds. */
export const unixTime = numeric
  .refine((value) => Math.abs(value) < firstMilliseconds * 1000, 'expected unix seconds or milliseconds')
  .transform((value) => Math.round(Math.abs(value) < firstMilliseconds ? value * 1000 : value) / 1000);

/** An ISO 8601 time. Without an offset, it is in UTC. */
const isoTimestamp = z.iso
  .datetime({ offset: true, local: true })
  .transform((text) => Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`) / 1000);

/** A time in unix seconds or milliseconds, or in ISO 8601. The result is unix seconds. */
export const timestamp = z.union([unixTime, isoTimestamp], {
  error: 'expected unix seconds or milliseconds, or an ISO 8601 date and time',
});

/** The parts of an ISO 8601 time, also with blanks between them, as databases and programming languages print it. */
const isoParts = new RegExp(
  [
    /^(?<date>\d{4}-\d\d-\d\d)[T ](?<hoursAndMinutes>\d\d:\d\d)(?<seconds>:\d\d(?:\.\d{1,9})?)?/,
    / ?(?:Z|UTC|GMT|(?<offsetHours>[+-]\d\d):?(?<offsetMinutes>\d\d))?$/,
  ]
    .map(({ source }) => source)
    .join(''),
  'i',
);

const strictIso = (text: string): string => {
  const {
    date,
    hoursAndMinutes,
    seconds = ':00',
    offsetHours,
    offsetMinutes,
  } = isoParts.exec(text.trim())?.groups ?? {};
  if (date === undefined) return text;
  const offset = offsetHours === undefined ? 'Z' : `${offsetHours}:${offsetMinutes}`;
  return `${date}T${hoursAndMinutes}${seconds}${offset}`;
};

/** Like `timestamp`, for events: also reads times that are almost ISO 8601. */
export const eventTime = z.preprocess((time) => (typeof time === 'string' ? strictIso(time) : time), timestamp);

/** `mm:ss` or `hh:mm:ss`, with optional fractions of a second. */
const clockDuration = z
  .string()
  .regex(/^(?:\d{1,4}:)?\d{1,4}:\d{1,2}(?:\.\d{1,9})?$/)
  .transform((text) => text.split(':').reduce((seconds, part) => seconds * 60 + Number(part), 0));

/** A duration in seconds or as `hh:mm:ss`. The result is seconds, 0 or more. */
export const duration = z
  .union([numeric, clockDuration], { error: 'expected seconds or hh:mm:ss' })
  .refine((value) => value >= 0, 'expected 0 or more');

/**
 * Returns the names of optional fields with values that their schemas reject. Readers treat such values as missing.
 * Missing fields and null are accepted.
 */
export const oddFields = (json: unknown, schemas: Readonly<Record<string, z.ZodType>>): readonly string[] =>
  Object.entries(schemas)
    .filter(([field, schema]) => {
      const value = isJsonObject(json) && Object.hasOwn(json, field) ? json[field] : undefined;
      return value !== undefined && value !== null && !schema.safeParse(value).success;
    })
    .map(([field]) => field);

/** Makes a field optional: a value that the schema rejects counts as missing. */
export const optional = <T extends z.ZodType>(schema: T) => schema.nullish().catch(undefined);

/** The longest text that the ledger stores, in characters. */
export const maxStoredChars = 1_024;

/** Cuts a text at 1,024 characters and replaces lone surrogates, which DynamoDB rejects. */
export const storable = (text: string): string => text.slice(0, maxStoredChars).toWellFormed();

/** Returns whether DynamoDB can hold the number exactly. */
export const isStorable = (value: number): boolean =>
  value === 0 || (Math.abs(value) >= 1e-100 && Math.abs(value) <= Number.MAX_SAFE_INTEGER);

/** Optional values. Null if the value is missing, of another type or out of bounds. */
export const textOrNull = z.string().nullable().catch(null);
export const storedTextOrNull = z.string().transform(storable).nullable().catch(null);
export const numberOrNull = numeric.refine(isStorable).nullable().catch(null);
/** Unix seconds. */
export const timeOrNull = eventTime.refine(isStorable).nullable().catch(null);
/** Seconds. */
export const durationOrNull = duration.refine(isStorable).nullable().catch(null);
export const flagOrNull = z
  .union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')])
  .nullable()
  .catch(null);
