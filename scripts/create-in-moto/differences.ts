import { isJsonObject } from '../../local/stack/intrinsics';

/** What the template asks for in one resource, and what moto says of it. */
export interface Comparison {
  readonly type: string;
  /** Logical id, and what of it is compared where that is not all of it. */
  readonly what: string;
  readonly expected: unknown;
  readonly described: unknown;
}

/**
 * Where `described` is not what is expected, a sentence each: every field of an expected object has to be there and equal, at any depth,
 * and others may be; lists have to be equal in length and order.
 */
export const differences = (expected: unknown, described: unknown, path = ''): string[] => {
  if (Array.isArray(expected)) {
    if (!Array.isArray(described) || described.length !== expected.length) return [unequal(path, expected, described)];
    return expected.flatMap((entry, index) => differences(entry, described[index], `${path}[${index}]`));
  }
  if (isJsonObject(expected)) {
    if (!isJsonObject(described)) return [unequal(path, expected, described)];
    return Object.entries(expected).flatMap(([name, value]) =>
      differences(value, described[name], path === '' ? name : `${path}.${name}`),
    );
  }
  return Object.is(expected, described) ? [] : [unequal(path, expected, described)];
};

/** How many single values are compared. */
export const valuesIn = (expected: unknown): number =>
  typeof expected === 'object' && expected !== null
    ? Object.values(expected).reduce((sum: number, value) => sum + valuesIn(value), 0)
    : 1;

const unequal = (path: string, expected: unknown, described: unknown): string =>
  `${path === '' ? 'all of it' : path} is ${shown(described)}, and the template says ${shown(expected)}`;

const shown = (value: unknown): string => {
  const text = value === undefined ? 'missing' : JSON.stringify(value);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
};
