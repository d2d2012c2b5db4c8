import { endCall } from '../../callers/caller-changes';
import type { Deadline } from '../../platform/deadline';
import { RetryLater } from '../../platform/retry-later';
import { findClone } from '../cloning';
import { answeredWork, type Conversation, leaseLeftMs, voiceOf } from '../conversation';
import { forgetFailedCall } from '../forget-call';
import { removeSamples } from './delete-voice';
import type { VoiceDeletionDeps } from './deps';
import { endVoiceUse } from './end-voice-use';
import { writeEnd } from './write-end';

/**
 * Releases a conversation's voice after its end. Waits for a pre-call that still works on the conversation. Throws
 * RetryLater if it must wait; ElevenLabsError, ServiceError or AwsUnavailable on failure.
 */
export const endConversation = async (
  conversationId: string,
  deadline: Deadline,
  deps: VoiceDeletionDeps,
): Promise<void> => {
  await writeEnd(conversationId, deps);
  const ended = await deps.conversations.read(conversationId);
  if (ended?.agent_id === undefined) return;
  deps.log.identify({ conversation_id: conversationId, agent_id: ended.agent_id });
  waitForLease(ended, deps);
  const voiceIds = await voicesOf(ended, deadline, deps);
  await retireAll(ended, { agentId: ended.agent_id, voiceIds }, deadline, timedSince(ended, deps));
};

/** Measures the time from the end to the restored agent, and to the deleted voice. */
const timedSince = ({ ended_at: endedAtMs, call_until }: Conversation, deps: VoiceDeletionDeps): VoiceDeletionDeps => {
  // After a withdrawal or an erasure, the voice goes with the end of its call.
  if (endedAtMs === undefined || call_until !== undefined) return deps;
  const note = (metric: string): void => deps.meter.durationMs(metric, Math.max(0, deps.nowMs() - endedAtMs));
  return { ...deps, onRestored: () => note('EndToRestored'), onDeleted: () => note('EndToDeleted') };
};

/** Seconds after which a conversation is read again, because its pre-call may have released it. */
const readAgainS = 5;

/** Throws RetryLater while a pre-call holds the conversation. */
export const waitForLease = (conversation: Conversation, { nowMs }: Pick<VoiceDeletionDeps, 'nowMs'>): void => {
  const leftMs = leaseLeftMs(conversation, nowMs());
  if (leftMs > 0) throw new RetryLater('lease', Math.min(readAgainS, leftMs / 1000));
};

/** Returns the voice that a conversation has or may have. Searches by name for a clone of unknown outcome. */
export const voicesOf = async (
  conversation: Conversation,
  deadline: Deadline,
  deps: VoiceDeletionDeps,
): Promise<string[]> => {
  const voiceId = voiceOf(conversation);
  if (voiceId !== undefined) return [voiceId];
  if (conversation.work?.state !== 'cloning') return [];
  const wanted = { name: conversation.work.voice_name, madeFor: conversation.conversation_id };
  const cloneId = await findClone(wanted, deadline, deps);
  return cloneId === undefined ? [] : [cloneId];
};

/** Retires these voices of a conversation, then removes its samples and its caller's reference to it. */
export const retireAll = async (
  ended: Conversation,
  { agentId, voiceIds }: { agentId: string; voiceIds: Iterable<string> },
  deadline: Deadline,
  deps: VoiceDeletionDeps,
): Promise<void> => {
  const ofVoices = new Set<string>();
  const wasAnswered = answeredWork(ended) !== undefined;
  for (const voiceId of voiceIds) {
    await endVoiceUse({ agentId, conversationId: ended.conversation_id, voiceId, wasAnswered }, deadline, deps);
    (await deps.voices.read(voiceId))?.samples.forEach((key) => ofVoices.add(key));
  }
  const current = await deps.conversations.read(ended.conversation_id);
  // If claimed again in the meantime, the conversation has new samples and a new call.
  if (current !== undefined && current.work?.attempt !== ended.work?.attempt) return;
  await purgeCall(ended, ofVoices, deps);
};

/**
 * Removes a conversation's own samples and its caller's reference to it. Samples that a voice was made of are deleted
 * with that voice.
 */
export const purgeCall = async (
  ended: Conversation,
  ofVoices: ReadonlySet<string>,
  deps: VoiceDeletionDeps,
): Promise<void> => {
  const { conversation_id: conversationId, caller_hash: callerHash, work } = ended;
  const ownSamples = (work?.samples ?? []).filter((key) => !ofVoices.has(key));
  await removeSamples(ownSamples, deps);
  if (callerHash === undefined) return;
  if (answeredWork(ended) === undefined) await forgetFailedCall(callerHash, conversationId, deps.callers);
  else await deps.callers.write(callerHash, endCall(conversationId));
};
