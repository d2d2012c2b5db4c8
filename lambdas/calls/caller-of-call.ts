import { callerHashOf } from '../three-cx/three-cx-call';
import type { PostCallDeps } from './deps';
import type { EndedCall } from './ended-call';

/**
 * The keys that the caller of a call may have, newest first. Of a call that was placed for one of 3CX it is that call's caller, as the
 * number on the other side may be a queue's; else it is that number's. Throws 503.
 */
export const callerHashesOf = async (
  ended: EndedCall | undefined,
  { calls, callerHashes }: PostCallDeps,
): Promise<readonly string[]> => {
  const call = ended?.conversationId === undefined ? undefined : await calls.findByConversation(ended.conversationId);
  if (call !== undefined) {
    const callerHash = callerHashOf(await calls.read(call));
    return callerHash === undefined ? [] : [callerHash];
  }
  return ended?.externalNumber === undefined ? [] : callerHashes(ended.externalNumber);
};
