/**
 * Reads a value on the first call and keeps it while the instance is warm. After a failure the next call tries again.
 */
export const lazy = <T>(read: () => Promise<T>): (() => Promise<T>) => {
  let value: Promise<T> | undefined;
  return () => {
    value ??= read().catch((error: unknown) => {
      value = undefined;
      throw error;
    });
    return value;
  };
};

/** Starts reading values that are needed soon. Never throws; code that needs a value later gets its error. */
export const prefetch = (...reads: readonly (() => Promise<unknown>)[]): void => {
  for (const read of reads) void read().catch(() => undefined);
};

/** Reads a value and caches it for this many milliseconds. After a failure the next call tries again. */
export const cachedFor = <Input, T>(
  cacheMs: number,
  nowMs: () => number,
  read: (input: Input) => Promise<T>,
): ((input: Input) => Promise<T>) => {
  let cached: { readonly value: Promise<T>; readonly untilMs: number } | undefined;
  return (input) => {
    if (cached !== undefined && cached.untilMs > nowMs()) return cached.value;
    const value = read(input);
    cached = { value, untilMs: nowMs() + cacheMs };
    value.catch(() => {
      cached = undefined;
    });
    return value;
  };
};
