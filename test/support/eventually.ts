import { setTimeout as sleep } from 'node:timers/promises';

/** Repeats `look` until it returns something, and returns that. Throws after two minutes, to end a test that hangs. */
export const eventually = async <T>(
  look: () => Promise<T | undefined> | T | undefined,
  patienceMs = 120_000,
): Promise<T> => {
  const untilMs = Date.now() + patienceMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (Date.now() > untilMs) throw new Error(`It did not come to be so within ${patienceMs} ms: ${look.toString()}`);
    await sleep(20);
  }
};

/** Waits until a condition holds. Throws after two minutes. */
export const until = async (condition: () => Promise<boolean> | boolean): Promise<void> => {
  await eventually(async () => ((await condition()) ? true : undefined));
};
