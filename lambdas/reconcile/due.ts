import * as z from 'zod';
import type { ReconcileCursor } from '../ledger/reconcile-cursor';

const scheduled = z.object({ source: z.literal('aws.events') });

/** How much earlier than due a run may begin, in milliseconds, because schedules are not exact. */
const earlyMs = 60_000;

/**
 * Returns whether an invocation must run reconcile, and records that the run begins. The schedule invokes more often
 * than reconcile runs, so that a stopped schedule is noticed soon. Every other invocation runs it. Throws 503 when
 * DynamoDB fails.
 */
export const isDue = async (
  event: unknown,
  everyMs: number,
  {
    cursor,
    nowMs,
  }: { readonly cursor: Pick<ReconcileCursor, 'runBeganAtMs' | 'beginRun'>; readonly nowMs: () => number },
): Promise<boolean> => {
  if (!scheduled.safeParse(event).success) return true;
  const [beganAtMs, now] = [await cursor.runBeganAtMs(), nowMs()];
  if (beganAtMs !== undefined && now - beganAtMs < everyMs - earlyMs) return false;
  await cursor.beginRun(now);
  return true;
};
