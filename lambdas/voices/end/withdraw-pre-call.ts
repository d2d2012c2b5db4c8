import type { Deadline } from '../../platform/deadline';
import { RetryLater } from '../../platform/retry-later';
import type { Conversation } from '../conversation';
import type { WithdrawnPreCall } from '../deletion-job';
import type { VoiceDeletionDeps } from './deps';
import { retireAll, voicesOf, waitForLease } from './end-conversation';
import { retireVoice } from './retire-voice';

/** Seconds after which a conversation that was just claimed again is looked at. */
const claimedAgainS = 60;

/**
 * Takes back what a pre-call left that failed or died, unless a repetition has come to use it: a conversation that was answered
 * with this voice keeps it. Waits for a pre-call that is at work on it. Throws RetryLater, ElevenLabsError, ServiceError.
 */
export const withdrawPreCall = async (
  { conversation_id: conversationId, agent_id: agentId, voice_id: voiceId }: WithdrawnPreCall,
  deadline: Deadline,
  deps: VoiceDeletionDeps,
): Promise<void> => {
  deps.log.identify({ conversation_id: conversationId, agent_id: agentId });
  const seen = await deps.conversations.read(conversationId);
  // Whatever voices it had are gone, and their ids are to be found nowhere any more.
  if (seen?.erased_at !== undefined) return;
  if (seen?.state === undefined || (seen.state === 'ready' && seen.ended_at === undefined)) {
    const isInUse = voiceId === null || seen?.voice_id === voiceId;
    return isInUse ? undefined : retireVoice({ agentId, conversationId, voiceId }, deadline, deps);
  }
  waitForLease(seen, deps);
  const voiceIds = new Set(await voicesOf(seen, deadline, deps));
  await closeAdoption(seen, [...voiceIds][0], deps);
  if (voiceId !== null) voiceIds.add(voiceId);
  await retireAll(seen, { agentId, voiceIds }, deadline, deps);
  if (seen.attempt !== undefined) await deps.conversations.reopen(conversationId, seen.attempt);
};

/** Sees to it that no retry adopts the voice from now on. */
const closeAdoption = async (
  seen: Conversation,
  voiceId: string | undefined,
  { conversations, nowMs }: VoiceDeletionDeps,
): Promise<void> => {
  const isOpen = seen.ended_at === undefined && (seen.state === 'cloning' || seen.state === 'cloned');
  if (isOpen && !(await conversations.abandon(seen, voiceId, nowMs()))) throw new RetryLater('lease', claimedAgainS);
};
