import type { Deadline } from '../../platform/deadline';
import { RetryLater } from '../../platform/retry-later';
import type { Conversation } from '../conversation';
import type { DeletionJob } from '../deletion-job';
import { mayBeInCall } from '../ended-conversation';
import { endUntaken, linkCall, takenBySender } from '../starting-call';
import type { VoiceDeletionDeps } from './deps';
import { endConversation } from './end-conversation';
import { usingCall } from './live-call';
import { endKeptS } from './write-end';

type UntakenJob = Extract<DeletionJob, { reason: 'precall_untaken' }>;

/**
 * Ends an answered pre-call in two cases: no call took it while it was valid, or a newer pre-call of its caller
 * replaces it. Does nothing if a call has taken it. If a live call uses its answer without having taken it, that call
 * takes it now, so that the call keeps its voice and its end is found. Throws RetryLater while the pre-call is valid,
 * or if that call ends meanwhile; ElevenLabsError, ServiceError or AwsUnavailable on failure.
 */
export const endUntakenPreCall = async (
  { conversation_id: conversationId, is_replaced: isReplaced = false }: UntakenJob,
  deadline: Deadline,
  deps: VoiceDeletionDeps,
): Promise<void> => {
  const { conversations, nowMs, log } = deps;
  log.identify({ conversation_id: conversationId });
  const conversation = await conversations.read(conversationId);
  if (conversation?.ended_at !== undefined)
    return mayBeInCall(conversation, nowMs()) ? undefined : endConversation(conversationId, deadline, deps);
  if (conversation?.work?.state !== 'ready') return;
  const leftMs = conversation.work.valid_until * 1000 - nowMs();
  if (leftMs > 0 && !isReplaced) throw new RetryLater('precall_valid', leftMs / 1000);
  const callId = await usingCall(conversation, deadline, deps);
  if (callId !== undefined) return leaveTo(callId, conversation, deps);
  const ended = endUntaken(conversation, nowMs(), Math.floor(nowMs() / 1000) + endKeptS);
  if (ended === undefined || !(await conversations.write(conversationId, ended))) return;
  log.info(isReplaced ? 'precall_replaced' : 'precall_untaken');
  await endConversation(conversationId, deadline, deps);
};

/** Seconds after which a pre-call is looked at again whose call has just ended. */
const endedMeanwhileS = 5;

/**
 * Links a live call to the pre-call that it uses, so that the call's end finds the pre-call, and then takes the
 * pre-call for it. A worker that stops between the two does both again.
 */
const leaveTo = async (
  callId: string,
  conversation: Conversation,
  { conversations, nowMs, log }: VoiceDeletionDeps,
): Promise<void> => {
  const { conversation_id: conversationId, expires_at: expiresAtS } = conversation;
  const isLinked =
    callId === conversationId || (await conversations.write(callId, linkCall(callId, conversationId, expiresAtS)));
  if (!isLinked) throw new RetryLater('precall_valid', endedMeanwhileS);
  if (await conversations.write(conversationId, takenBySender(conversation, callId, Math.floor(nowMs() / 1000))))
    log.info('precall_taken_by_sender', { call_id: callId });
};
