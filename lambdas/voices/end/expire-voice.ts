import { isConversationLive } from '../../elevenlabs/conversations';
import type { Deadline } from '../../platform/deadline';
import { withdrawActivation } from '../on-agent/release';
import { isOverdue, type Voice } from '../voice';
import type { VoiceDeletionDeps } from './deps';
import { destroyVoice, forgottenAtS } from './destroy-voice';
import { forgetCall } from './end-conversation';
import { writeEnd } from './write-end';

/** How long a voice is kept whose conversation goes on beyond its expiry, in seconds. */
const prolongedS = 3600;

/**
 * Deletes a voice whose time is over; goes on with a deletion that was begun. A conversation that uses it is asked for at
 * ElevenLabs: while it goes on, the voice is kept for another hour. Throws RetryLater, ElevenLabsError, ServiceError.
 */
export const expireVoice = async (voiceId: string, deadline: Deadline, deps: VoiceDeletionDeps): Promise<void> => {
  const { voices, nowMs, log } = deps;
  const seen = await voices.read(voiceId);
  if (seen === undefined) return;
  if (isOverdue(seen, nowMs())) {
    if (await isInUse(seen, deadline, deps)) {
      await voices.prolong(voiceId, Math.floor(nowMs() / 1000) + prolongedS);
      log.info('voice_prolonged', { voice_id: voiceId });
      return;
    }
    await endUses(seen, deps);
    await voices.markDeleting(voiceId, forgottenAtS(deps), Math.floor(nowMs() / 1000));
  }
  await destroyVoice(voiceId, deadline, deps);
};

const isInUse = async ({ users }: Voice, deadline: Deadline, deps: VoiceDeletionDeps): Promise<boolean> => {
  for (const conversationId of Object.keys(users)) {
    const isKnownToEnd = (await deps.conversations.read(conversationId))?.ended_at !== undefined;
    if (!isKnownToEnd && (await isConversationLive(deps.elevenLabs, conversationId, deadline))) return true;
  }
  return false;
};

/** Ends the conversations that a voice still has as users. Throws 503. */
export const endUses = async ({ voice_id: voiceId, users, samples }: Voice, deps: VoiceDeletionDeps): Promise<void> => {
  for (const [conversationId, agentId] of Object.entries(users)) {
    await writeEnd(conversationId, deps);
    await withdrawActivation({ agentId, conversationId, voiceId }, deps);
    const ended = await deps.conversations.read(conversationId);
    if (ended !== undefined) await forgetCall(ended, new Set(samples), deps);
    await deps.voices.endUse(voiceId, conversationId);
  }
};
