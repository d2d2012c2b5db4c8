import { type Conversation, erase, leaseLeftMs, voiceOf } from '../../voices/conversation';
import { writeEnd } from '../../voices/end/write-end';
import type { ErasureDeps } from './deps';
import type { Erasure } from './erasure';

/** The conversations of an erasure that were not bare already. */
export interface ConversationsFound {
  readonly found: number;
  /** Those of them that are not bare yet. */
  readonly waiting: number;
}

/**
 * Ends the conversations of an erasure, and takes everything of the caller out of those whose voices are gone. The others are queued
 * for that. Throws 503.
 */
export const eraseConversations = async (seen: Erasure, deps: ErasureDeps): Promise<ConversationsFound> => {
  const { conversations, erasures, agents } = deps;
  let [count, waiting] = [0, 0];
  for (const conversationId of seen.conversation_ids) {
    const found = await conversations.read(conversationId);
    if (found === undefined || found.erased_at !== undefined || isAnothers(found, seen)) continue;
    count += 1;
    const { agent_id: agentId } = found;
    const voiceId = voiceOf(found);
    // The item is about to lose its voice: the erasure has to know it first, and its agent for the result.
    const wasPatched = agentId !== undefined && (await agents.read(agentId)).version > 0;
    await erasures.remember(seen.erasure_id, {
      agentIds: wasPatched ? [agentId] : [],
      voiceIds: voiceId === undefined ? [] : [voiceId],
    });
    if (!(await isSettled(found, deps))) await end(conversationId, deps);
    else if (await takeOut(found, seen, deps)) continue;
    waiting += 1;
  }
  return { found: count, waiting };
};

const takeOut = async (
  found: Conversation,
  { erased_at }: Erasure,
  { conversations, nowMs }: ErasureDeps,
): Promise<boolean> => {
  const transition = erase(found, erased_at, nowMs());
  return transition !== undefined && conversations.write(found.conversation_id, transition);
};

const isAnothers = ({ caller_hash }: Conversation, { caller_hashes }: Erasure): boolean =>
  caller_hash !== undefined && !caller_hashes.has(caller_hash);

/** Whether it has ended, nobody works on it, and the voice that it may have had is deleted. */
const isSettled = async (found: Conversation, { voices, nowMs }: ErasureDeps): Promise<boolean> => {
  if (found.ended_at === undefined || leaseLeftMs(found, nowMs()) > 0 || found.work?.state === 'cloning') return false;
  const voiceId = voiceOf(found);
  return voiceId === undefined || (await voices.read(voiceId))?.state === 'deleted';
};

const end = async (conversationId: string, deps: ErasureDeps): Promise<void> => {
  await writeEnd(conversationId, deps);
  await deps.deletionJobs.enqueue({ reason: 'conversation_erased', conversation_id: conversationId }, 0);
};
