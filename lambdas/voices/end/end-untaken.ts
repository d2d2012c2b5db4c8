import { isConversationLive, isLiveStatus, listConversations } from '../../elevenlabs/conversations';
import type { Deadline } from '../../platform/deadline';
import { RetryLater } from '../../platform/retry-later';
import type { Conversation } from '../conversation';
import type { DeletionJob } from '../deletion-job';
import { endUntaken, linkCall, takenBySender } from '../starting-call';
import type { VoiceDeletionDeps } from './deps';
import { endConversation } from './end-conversation';
import { endKeptS } from './write-end';

type UntakenJob = Extract<DeletionJob, { reason: 'precall_untaken' }>;

/**
 * Ends a pre-call that no call has taken while it was valid, because its caller never rang, or that a newer pre-call of
 * its caller replaces. Does nothing if a call has taken it. If a live call uses its answer without having taken it, that
 * call takes it now, so that the call keeps its voice and its end is found. Throws RetryLater while it is valid;
 * ElevenLabsError, ServiceError or AwsUnavailable on failure.
 */
export const endUntakenPreCall = async (
  { conversation_id: conversationId, is_replaced: isReplaced = false }: UntakenJob,
  deadline: Deadline,
  deps: VoiceDeletionDeps,
): Promise<void> => {
  const { conversations, nowMs, log } = deps;
  log.identify({ conversation_id: conversationId });
  const seen = await conversations.read(conversationId);
  if (seen?.ended_at !== undefined) return endConversation(conversationId, deadline, deps);
  if (seen?.work?.state !== 'ready') return;
  const leftMs = seen.work.valid_until * 1000 - nowMs();
  if (leftMs > 0 && !isReplaced) throw new RetryLater('precall_valid', leftMs / 1000);
  const callId = await usingCall(seen, deadline, deps);
  if (callId !== undefined) return leaveTo(callId, seen, deps);
  const ended = endUntaken(seen, nowMs(), Math.floor(nowMs() / 1000) + endKeptS);
  if (ended === undefined || !(await conversations.write(conversationId, ended))) return;
  log.info(isReplaced ? 'precall_replaced' : 'precall_untaken');
  await endConversation(conversationId, deadline, deps);
};

/** How much ElevenLabs' clock may be behind, in seconds. */
const clockSkewS = 60;

/**
 * Returns the live call that uses a pre-call's answer: the one with the pre-call's own id, or one that ElevenLabs lists
 * for this caller and agent and that has no other pre-call.
 */
const usingCall = async (
  seen: Conversation,
  deadline: Deadline,
  { elevenLabs, conversations }: VoiceDeletionDeps,
): Promise<string | undefined> => {
  const { conversation_id, agent_id: agentId, caller_hash: userId, signed_at: signedAtS } = seen;
  if (await isConversationLive(elevenLabs, conversation_id, deadline)) return conversation_id;
  if (agentId === undefined || userId === undefined) return undefined;
  const filter = { agentId, userId, startedAfterS: (signedAtS ?? 0) - clockSkewS };
  for await (const page of listConversations(elevenLabs, filter, deadline))
    for (const call of page)
      if (call !== undefined && isLiveStatus(call.status)) {
        const known = await conversations.read(call.conversation_id);
        if (known?.took === undefined && known?.work === undefined) return call.conversation_id;
      }
  return undefined;
};

/** Records that a call uses the pre-call, and links both, so that the call's end finds the pre-call. */
const leaveTo = async (
  callId: string,
  seen: Conversation,
  { conversations, nowMs, log }: VoiceDeletionDeps,
): Promise<void> => {
  const { conversation_id: conversationId, expires_at: expiresAtS } = seen;
  if (!(await conversations.write(conversationId, takenBySender(seen, callId, Math.floor(nowMs() / 1000))))) return;
  if (callId !== conversationId) await conversations.write(callId, linkCall(callId, conversationId, expiresAtS));
  log.info('precall_taken_by_sender', { call_id: callId });
};
