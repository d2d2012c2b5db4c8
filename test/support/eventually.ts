import { setTimeout as sleep } from 'node:timers/promises';

/** How long a test waits before it counts as hanging, in milliseconds. */
const timeoutMs = 120_000;

/**
 * Repeats `read` until it returns a value, and returns that. For a condition use `until`: false is a value, too, so the
 * types refuse booleans. Throws after two minutes.
 */
export const eventually = async <Value extends object | string>(
  read: () => Promise<Value | undefined> | Value | undefined,
): Promise<Value> => {
  const deadlineMs = Date.now() + timeoutMs;
  for (;;) {
    const value = await read();
    if (value !== undefined) return value;
    if (Date.now() > deadlineMs) throw new Error(`Still no value after ${timeoutMs} ms: ${read.toString()}`);
    await sleep(20);
  }
};

/** Waits until a condition holds. Throws after two minutes. */
export const until = async (condition: () => Promise<boolean> | boolean): Promise<void> => {
  const deadlineMs = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > deadlineMs) throw new Error(`Still not true after ${timeoutMs} ms: ${condition.toString()}`);
    await sleep(20);
  }
};
