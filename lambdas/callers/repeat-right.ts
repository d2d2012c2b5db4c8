import { isErasedFor } from './caller';
import { startErasure, type StartErasureDeps } from './erasure/start-erasure';
import type { RepeatJob } from './rights-job';
import { withdrawFor, type WithdrawDeps } from './withdrawal/withdraw-consent';

/** Dependencies for repeating an erasure or withdrawal. */
export type RepeatDeps = StartErasureDeps & WithdrawDeps;

/**
 * Repeats a logged erasure or withdrawal as of its original time, so that later data stays. Safe to repeat. Throws
 * AwsUnavailable if AWS fails.
 */
export const repeatRight = async (
  {
    repeat: { kind, caller_hashes: callerHashes, conversation_ids: conversationIds = [], at },
    erasure_id: erasureId,
  }: RepeatJob,
  deps: RepeatDeps,
): Promise<void> => {
  deps.log.info('right_repeated', { right: kind });
  if (kind === 'withdrawal') return withdrawFor(callerHashes, at, deps);
  const requestedAtS = Math.floor(deps.nowMs() / 1000);
  const known = await Promise.all(callerHashes.map((callerHash) => deps.callers.read(callerHash, requestedAtS)));
  const isKnownErased = known.some((each) => each !== undefined && isErasedFor(each, at));
  const isFirst = !isKnownErased;
  await startErasure({ erasureId, callerHashes, conversationIds, requestedAtS, erasedAtS: at, known, isFirst }, deps);
};
