import { setTimeout as wait } from 'node:timers/promises';

/** Waits for this time. Ends early, without an error, when `signal` fires. */
export const pause = async (ms: number, signal: AbortSignal): Promise<void> => {
  await wait(ms, undefined, { signal }).catch(() => undefined);
};
