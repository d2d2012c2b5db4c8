import * as z from 'zod';
import { compileCondition, type Condition } from './filter-condition';

/** Whether a record passes. */
type RecordFilter = (record: unknown) => boolean;

const object = z.record(z.string(), z.unknown());

/** The values at a key; those of each element when there is a list; none when there is no such key. */
const valuesAt = (value: unknown, key: string): readonly unknown[] => {
  if (Array.isArray(value)) return value.flatMap((element: unknown) => valuesAt(element, key));
  const parsed = object.safeParse(value);
  if (!parsed.success || !Object.hasOwn(parsed.data, key)) return [];
  const found = parsed.data[key];
  return Array.isArray(found) ? found : [found];
};

const isLeaf = (value: unknown): boolean => value === null || typeof value !== 'object';

const compileLeaf = (key: string, conditions: readonly Condition[]): RecordFilter => {
  return (value) => {
    const leaves = valuesAt(value, key).filter(isLeaf);
    return conditions.some((condition) => condition(leaves));
  };
};

const compileNested = (key: string, pattern: unknown): RecordFilter => {
  const matches = compilePattern(pattern);
  return (value) => {
    const found = valuesAt(value, key);
    return found.length === 0 ? matches(undefined) : found.some(matches);
  };
};

const compileKey = (key: string, pattern: unknown): RecordFilter => {
  if (!Array.isArray(pattern)) return compileNested(key, pattern);
  if (key !== '$or') return compileLeaf(key, pattern.map(compileCondition));
  const alternatives = pattern.map(compilePattern);
  return (value) => alternatives.some((matches) => matches(value));
};

const compilePattern = (pattern: unknown): RecordFilter => {
  const parsed = object.safeParse(pattern);
  if (!parsed.success) throw new Error(`A filter holds ${JSON.stringify(pattern)} where an object or a list must be`);
  const parts = Object.entries(parsed.data).map(([key, value]) => compileKey(key, value));
  return (value) => parts.every((matches) => matches(value));
};

/**
 * Lambda's event filtering: a record passes when any of the patterns matches it; without patterns all pass. Within a
 * pattern all keys must match, and one element of each list. Throws when a pattern is not valid.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
 */
export const compileFilters = (patterns: readonly unknown[]): RecordFilter => {
  const filters = patterns.map(compilePattern);
  return (record) => filters.length === 0 || filters.some((matches) => matches(record));
};
