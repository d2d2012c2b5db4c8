import { listMarkedVoices } from '../../elevenlabs/voices';
import type { Deadline } from '../../platform/deadline';
import { RetryLater } from '../../platform/retry-later';
import { voiceOf } from '../conversation';
import type { DeletionJob } from '../deletion-job';
import { withdraw } from '../failed-pre-call';
import { type KeptVoice, markDeleting, markUnknownDeleting } from '../voice';
import { markedConversation } from '../voice-identity';
import { deleteVoice } from './delete-voice';
import type { VoiceDeletionDeps } from './deps';
import { endConversation, voicesOf, waitForLease } from './end-conversation';
import { endUses } from './expire-voice';
import { waitForCall, waitForCaller } from './live-call';
import { writeEnd } from './write-end';

/** Seconds after which a voice or conversation that changed in the meantime is read again. */
const changedS = 10;

type EraseVoiceJob = Extract<DeletionJob, { reason: 'caller_erased' }>;
type EraseConversationJob = Extract<DeletionJob, { reason: 'conversation_erased' }>;

/**
 * Deletes a voice of a caller who was erased or withdrew, even if it is in use or kept for reuse. Ends the
 * conversations that use it, and restores its agents. Waits for a pre-call that is using it, and for a live call if the
 * job has a time. Throws RetryLater if it must wait; ElevenLabsError, ServiceError or AwsUnavailable on failure.
 */
export const eraseVoice = async (
  { voice_id: voiceId, asked_at: askedAtS }: Omit<EraseVoiceJob, 'reason'>,
  deadline: Deadline,
  deps: VoiceDeletionDeps,
): Promise<void> => {
  const { voices, conversations, nowMs } = deps;
  const voice = await voices.read(voiceId);
  if (voice === undefined || voice.state === 'deleted') return;
  if (voice.state !== 'deleting') {
    for (const conversationId of Object.keys(voice.users)) {
      const user = await conversations.read(conversationId);
      if (user !== undefined) waitForLease(user, deps);
    }
    if (askedAtS !== undefined) await waitForCalls(voice, askedAtS, deadline, deps);
    await endUses(voice, deps);
    const isMarked = await voices.write(voiceId, markDeleting(nowMs()));
    if (!isMarked && (await voices.read(voiceId))?.state === 'live') throw new RetryLater('voice_used', changedS);
  }
  await deleteVoice(voiceId, deadline, deps, 'even-then');
};

/** Ends the conversations that use the voice. Throws RetryLater while a call with the voice is live. */
const waitForCalls = async (
  voice: KeptVoice,
  askedAtS: number,
  deadline: Deadline,
  deps: VoiceDeletionDeps,
): Promise<void> => {
  const untilS = askedAtS + deps.longestCallS;
  for (const conversationId of Object.keys(voice.users)) {
    await writeEnd(conversationId, deps, untilS);
    const ended = await deps.conversations.read(conversationId);
    if (ended !== undefined) await waitForCall(ended, deadline, deps);
  }
  await waitForCaller(voice, { askedAtS, untilS }, deadline, deps);
};

/**
 * Deletes the voice of a clone whose caller was erased while it was created. Finds the voice by the clone's ID in its
 * description. Idempotent. Throws RetryLater if it must wait; ElevenLabsError, ServiceError or AwsUnavailable on
 * failure.
 */
export const eraseClone = async (cloneId: string, deadline: Deadline, deps: VoiceDeletionDeps): Promise<void> => {
  const { voices, elevenLabs, installationId, nowMs } = deps;
  const installation = await installationId();
  for await (const { voice_id: voiceId, description } of listMarkedVoices(elevenLabs, cloneId, deadline)) {
    if (markedConversation(description ?? '', installation) !== cloneId) continue;
    const isUnknown = await voices.write(voiceId, markUnknownDeleting(voiceId, [], nowMs()));
    if (!isUnknown) await voices.write(voiceId, markDeleting(nowMs()));
    await deleteVoice(voiceId, deadline, deps, 'even-then');
  }
};

/**
 * Ends a conversation of a caller who was erased or withdrew, and deletes its voice, even one that is kept for reuse. A
 * live call keeps the voice until it ends; the agent gets its own voice back at once. If the outcome of the clone is
 * unknown, searches for the voice first. Records the result in the item either way, so that the erasure knows when
 * nothing is left to find. Throws RetryLater if it must wait; ElevenLabsError, ServiceError or AwsUnavailable on
 * failure.
 */
export const eraseConversation = async (
  { conversation_id: conversationId, asked_at }: Omit<EraseConversationJob, 'reason'>,
  deadline: Deadline,
  deps: VoiceDeletionDeps,
): Promise<void> => {
  const { conversations } = deps;
  deps.log.identify({ conversation_id: conversationId });
  await writeEnd(conversationId, deps, (asked_at ?? Math.floor(deps.nowMs() / 1000)) + deps.longestCallS);
  const conversation = await conversations.read(conversationId);
  if (conversation?.work?.state === 'cloning') {
    waitForLease(conversation, deps);
    const [voiceId] = await voicesOf(conversation, deadline, deps);
    const withdrawn = withdraw(conversation, voiceId, deps.nowMs());
    if (withdrawn !== undefined && !(await conversations.write(conversationId, withdrawn)))
      throw new RetryLater('lease', changedS);
  }
  if (conversation !== undefined) await waitForCall(conversation, deadline, deps);
  await endConversation(conversationId, deadline, deps);
  const voiceId = conversation === undefined ? undefined : voiceOf(conversation);
  if (voiceId === undefined || conversation?.call_until === undefined) return;
  await eraseVoice({ voice_id: voiceId, asked_at: conversation.call_until - deps.longestCallS }, deadline, deps);
};
