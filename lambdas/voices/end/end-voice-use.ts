import type { Deadline } from '../../platform/deadline';
import { deletionAfterUse, type EndedUse, keptForReuseS } from '../deletion-decision';
import { type PlacedVoice, withdrawActivation } from '../on-agent/restore-agent';
import { endUse, markUnknownDeleting, retain } from '../voice';
import { deleteVoice } from './delete-voice';
import type { VoiceDeletionDeps } from './deps';
import { releaseAgent } from './release-agent';

/** A voice that a conversation had or may have had. */
export type UsedVoice = PlacedVoice & EndedUse;

/**
 * Ends a conversation's use of a voice and restores its agent. Deletes the voice unless it is kept for reuse or others
 * use it. Idempotent. Throws RetryLater if it must wait; ElevenLabsError, ServiceError or AwsUnavailable on failure.
 */
export const endVoiceUse = async (use: UsedVoice, deadline: Deadline, deps: VoiceDeletionDeps): Promise<void> => {
  await withdrawActivation(use, deps);
  if (await stopUsing(use, deps)) return deleteVoice(use.voiceId, deadline, deps);
  await releaseAgent(use.agentId, use.voiceId, deadline, deps);
};

/** Removes the conversation from the voice's users. Returns whether the voice must be deleted. */
const stopUsing = async (use: UsedVoice, { voices, nowMs, log }: VoiceDeletionDeps): Promise<boolean> => {
  const { voiceId, conversationId, agentId } = use;
  const voice = await voices.read(voiceId);
  if (voice === undefined && (await voices.write(voiceId, markUnknownDeleting(voiceId, [agentId], nowMs()))))
    return true;
  const keptS = voice === undefined ? 0 : keptForReuseS(voice, use);
  if (voice !== undefined && conversationId in voice.users) {
    await voices.write(voiceId, endUse(conversationId));
    log.info('voice_use_ended', { voice_id: voiceId });
    // If others use the voice, it lives as long as their calls may last.
    if (keptS > 0) await voices.write(voiceId, retain(Math.floor(nowMs() / 1000) + keptS));
  }
  const current = await voices.read(voiceId);
  const deletion = deletionAfterUse(current, keptS, nowMs());
  const isMarked = deletion !== undefined && (await voices.write(voiceId, deletion));
  return isMarked || current?.state === 'deleting';
};
