/**
 * Makes a value on the first call and keeps it while the instance is warm. After a failure the next call tries again.
 */
export const lazy = <T>(make: () => Promise<T>): (() => Promise<T>) => {
  let made: Promise<T> | undefined;
  return () =>
    (made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    }));
};

/** Starts reading values that are needed soon. Never throws; code that needs a value later gets its error. */
export const prefetch = (...reads: readonly (() => Promise<unknown>)[]): void => {
  for (const read of reads) void read().catch(() => undefined);
};

/** Makes a value and keeps it for this many milliseconds. After a failure the next call tries again. */
export const keptFor = <Input, T>(
  keptMs: number,
  nowMs: () => number,
  make: (input: Input) => Promise<T>,
): ((input: Input) => Promise<T>) => {
  let kept: { readonly value: Promise<T>; readonly untilMs: number } | undefined;
  return (input) => {
    if (kept !== undefined && kept.untilMs > nowMs()) return kept.value;
    const value = make(input);
    kept = { value, untilMs: nowMs() + keptMs };
    value.catch(() => (kept = undefined));
    return value;
  };
};
