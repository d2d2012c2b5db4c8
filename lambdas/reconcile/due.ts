import * as z from 'zod';
import type { ReconcileCursor } from '../ledger/reconcile-cursor';

const scheduled = z.object({ source: z.literal('aws.events') });

/** How much earlier than due a run may begin, in milliseconds, because schedules are not exact. */
const earlyMs = 60_000;

interface DueDeps {
  readonly cursor: Pick<ReconcileCursor, 'runBeganAtMs' | 'recordRun'>;
  readonly nowMs: () => number;
}

/**
 * Runs reconcile if a scheduled run is due, and records it if it succeeds. A run that failed or was cut off is due
 * again at the next invocation. The schedule invokes more often than reconcile runs, so that a stopped schedule is
 * noticed soon. Any other invocation runs it. Returns undefined if it did not run. Throws what the run throws, and 503
 * when DynamoDB fails.
 */
export const runIfDue = async <T>(
  event: unknown,
  everyMs: number,
  { cursor, nowMs }: DueDeps,
  run: () => Promise<T>,
): Promise<T | undefined> => {
  if (!scheduled.safeParse(event).success) return run();
  const lastBeganAtMs = await cursor.runBeganAtMs();
  const beganAtMs = nowMs();
  if (lastBeganAtMs !== undefined && beganAtMs - lastBeganAtMs < everyMs - earlyMs) return undefined;
  const result = await run();
  await cursor.recordRun(beganAtMs);
  return result;
};
