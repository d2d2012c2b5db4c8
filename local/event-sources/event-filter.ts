import * as z from 'zod';

/** Tells whether a record passes. */
type RecordFilter = (record: unknown) => boolean;

const object = z.record(z.string(), z.unknown());

/** Returns the values at a key: those of each element of a list, or none if the key is missing. */
const valuesAt = (value: unknown, key: string): readonly unknown[] => {
  if (Array.isArray(value)) return value.flatMap((element: unknown) => valuesAt(element, key));
  const parsed = object.safeParse(value);
  if (!parsed.success || !Object.hasOwn(parsed.data, key)) return [];
  const found = parsed.data[key];
  return Array.isArray(found) ? found : [found];
};

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

const compileLeaf = (key: string, wanted: readonly unknown[]): RecordFilter => {
  const unknown = wanted.find((value) => !scalar.safeParse(value).success);
  if (unknown !== undefined)
    throw new Error(`The local stack supports only exact values in event filters, not ${JSON.stringify(unknown)}.`);
  return (record) => valuesAt(record, key).some((value) => wanted.includes(value));
};

const compileNested = (key: string, pattern: unknown): RecordFilter => {
  const matches = compilePattern(pattern);
  return (record) => valuesAt(record, key).some(matches);
};

const compileKey = (key: string, pattern: unknown): RecordFilter => {
  if (key === '$or') throw new Error('The local stack does not support $or in event filters.');
  return Array.isArray(pattern) ? compileLeaf(key, pattern) : compileNested(key, pattern);
};

const compilePattern = (pattern: unknown): RecordFilter => {
  const parsed = object.safeParse(pattern);
  if (!parsed.success)
    throw new Error(`An event filter has ${JSON.stringify(pattern)} where an object or a list is required.`);
  const parts = Object.entries(parsed.data).map(([key, value]) => compileKey(key, value));
  return (value) => parts.every((matches) => matches(value));
};

/**
 * Compiles Lambda's event filters by exact values. A record passes if any pattern matches it; without patterns, all
 * pass. Within a pattern, all keys must match, and one value of each list. Throws if a pattern has any other condition.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
 */
export const compileFilters = (patterns: readonly unknown[]): RecordFilter => {
  const filters = patterns.map(compilePattern);
  return (record) => filters.length === 0 || filters.some((matches) => matches(record));
};
