import { findVoice } from '../../elevenlabs/voices';
import type { Deadline } from '../../platform/deadline';
import { RetryLater } from '../../platform/retry-later';
import type { Conversation } from '../conversation';
import { voiceDescription } from '../voice-identity';
import type { VoiceDeletionDeps } from './deps';
import { removeSamples } from './destroy-voice';
import { retireVoice } from './retire-voice';
import { writeEnd } from './write-end';

/**
 * Takes a conversation's voice back after its end, as the ledger has it. Waits for a pre-call that is still at work on it. Throws
 * RetryLater, ElevenLabsError, ServiceError.
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
  await retireAll(ended, { agentId: ended.agent_id, voiceIds }, deadline, deps);
};

/** Throws RetryLater while a pre-call holds the conversation. */
export const waitForLease = (
  { lease_until: leaseUntilMs = 0 }: Conversation,
  { nowMs }: Pick<VoiceDeletionDeps, 'nowMs'>,
): void => {
  if (leaseUntilMs > nowMs()) throw new RetryLater('lease', (leaseUntilMs - nowMs()) / 1000);
};

/** The voice that a conversation has, or may have: one of unknown outcome is searched for by its name. */
export const voicesOf = async (
  { conversation_id: conversationId, state, voice_id: voiceId, voice_name: name }: Conversation,
  deadline: Deadline,
  { elevenLabs, installationId }: VoiceDeletionDeps,
): Promise<string[]> => {
  if (voiceId !== undefined) return [voiceId];
  if (state !== 'cloning' || name === undefined) return [];
  const description = voiceDescription(conversationId, await installationId());
  const found = await findVoice(elevenLabs, { name, description }, deadline);
  return found === undefined ? [] : [found];
};

/** Retires these voices of a conversation, then removes what else is left of it. */
export const retireAll = async (
  ended: Conversation,
  { agentId, voiceIds }: { agentId: string; voiceIds: Iterable<string> },
  deadline: Deadline,
  deps: VoiceDeletionDeps,
): Promise<void> => {
  const kept = new Set<string>();
  for (const voiceId of voiceIds) {
    await retireVoice({ agentId, conversationId: ended.conversation_id, voiceId }, deadline, deps);
    (await deps.voices.read(voiceId))?.samples.forEach((key) => kept.add(key));
  }
  const now = await deps.conversations.read(ended.conversation_id);
  // One that was claimed again meanwhile has samples and a call of its own.
  if (now !== undefined && now.attempt !== ended.attempt) return;
  await forgetCall(ended, kept, deps);
};

/** Removes a conversation's own samples and its caller's mention of it. The samples that a voice was made of go with that voice. */
export const forgetCall = async (
  { conversation_id: conversationId, caller_hash: callerHash, samples }: Conversation,
  ofVoices: ReadonlySet<string>,
  deps: VoiceDeletionDeps,
): Promise<void> => {
  const own = samples.filter((key) => !ofVoices.has(key));
  await removeSamples(own, deps);
  if (callerHash !== undefined) await deps.callers.endCall(callerHash, conversationId);
};
