import { endCall, takeBackCall } from '../callers/caller-changes';
import type { Callers } from '../ledger/callers';

/**
 * Removes a failed pre-call from its caller, with the name that it set, so that the next call does not look for it.
 * With `startedAtS` (unix seconds), only if the call began then. Throws 503 when DynamoDB fails.
 */
export const forgetFailedCall = async (
  callerHash: string,
  conversationId: string,
  callers: Pick<Callers, 'write'>,
  startedAtS?: number,
): Promise<void> => {
  if (await callers.write(callerHash, takeBackCall(conversationId, startedAtS))) return;
  await callers.write(callerHash, endCall(conversationId, startedAtS));
};
