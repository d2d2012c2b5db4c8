/** A condition on a field of an item that must hold before a transition is written. */
export type Test =
  | 'absent'
  | 'present'
  /** A map without entries. */
  | 'empty'
  | { readonly is: string | number | boolean }
  | { readonly oneOf: readonly (string | number)[] }
  | { readonly above: number }
  | { readonly below: number }
  | { readonly atMost: number };

/**
 * One step of a state machine: the conditions on the item, the fields that it sets, and the job that follows. It is
 * pure data: `ledger/aggregate.ts` turns it into one conditional write, and tests apply it in memory.
 */
export interface Transition<Job = never> {
  /**
   * The part of the item that its writers share. A write that is repeated after a lost response is recognised within
   * it.
   */
  readonly region: string;
  /** Conditions by path (`work.attempt`, `users.conv_1`). Of several tests of one field, at least one must hold. */
  readonly from: Readonly<Record<string, Test | readonly Test[]>>;
  /** New values by path; `undefined` removes the field. */
  readonly to: Readonly<Record<string, unknown>>;
  readonly enqueue?: { readonly job: Job; readonly delayS: number };
}

/** Returns the value at a path of an item, or undefined if the path does not exist. */
export const valueAt = (item: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((value, key) => (isRecord(value) ? value[key] : undefined), item);

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** Returns whether a transition may be written over this item; undefined stands for a missing item. */
export const isPossible = ({ from }: Transition<unknown>, item: unknown): boolean =>
  Object.entries(from).every(([path, tests]) => [tests].flat().some((test) => holds(test, valueAt(item, path))));

const holds = (test: Test, value: unknown): boolean => {
  if (test === 'absent') return value === undefined;
  if (test === 'present') return value !== undefined;
  if (test === 'empty') return isRecord(value) && Object.keys(value).length === 0;
  if ('is' in test) return value === test.is;
  if ('oneOf' in test) return test.oneOf.some((each) => each === value);
  if (typeof value !== 'number') return false;
  if ('above' in test) return value > test.above;
  return 'below' in test ? value < test.below : value <= test.atMost;
};

/** Returns the item as it is after a transition. */
export const applied = ({ to }: Transition<unknown>, item: unknown): Record<string, unknown> =>
  Object.entries(to).reduce((result, [path, value]) => withValue(result, path.split('.'), value), copyOf(item));

const copyOf = (item: unknown): Record<string, unknown> => (isRecord(item) ? { ...item } : {});

const withValue = (
  item: Record<string, unknown>,
  [key = '', ...rest]: readonly string[],
  value: unknown,
): Record<string, unknown> => {
  const next = rest.length === 0 ? value : withValue(copyOf(item[key]), rest, value);
  const others = Object.entries(item).filter(([name]) => name !== key);
  return Object.fromEntries(next === undefined ? others : [...others, [key, next]]);
};
