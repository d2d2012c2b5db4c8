import type { Deadline } from '../../platform/deadline';
import { RetryLater } from '../../platform/retry-later';
import type { VoiceDeletionDeps } from './deps';
import { endConversation, voicesOf, waitForLease } from './end-conversation';
import { writeEnd } from './write-end';

/** Seconds after which a conversation that changed meanwhile is looked at again. */
const changedS = 10;

/**
 * Ends a conversation of an erased caller. A voice of unknown outcome is searched for first, and written into the item whether found
 * or not, so that the erasure knows when nothing is left to be found. Throws RetryLater, ElevenLabsError, ServiceError.
 */
export const eraseConversation = async (
  conversationId: string,
  deadline: Deadline,
  deps: VoiceDeletionDeps,
): Promise<void> => {
  const { conversations, nowMs } = deps;
  deps.log.identify({ conversation_id: conversationId });
  await writeEnd(conversationId, deps);
  const seen = await conversations.read(conversationId);
  if (seen?.state === 'cloning') {
    waitForLease(seen, deps);
    const [voiceId] = await voicesOf(seen, deadline, deps);
    if (!(await conversations.abandon(seen, voiceId, nowMs()))) throw new RetryLater('lease', changedS);
  }
  await endConversation(conversationId, deadline, deps);
};
