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
export const endVoiceUse = async (used: UsedVoice, deadline: Deadline, deps: VoiceDeletionDeps): Promise<void> => {
  await withdrawActivation(used, deps);
  if (await stopUsing(used, deps)) return deleteVoice(used.voiceId, deadline, deps);
  await releaseAgent(used.agentId, used.voiceId, deadline, deps);
};

/** Removes the conversation from the voice's users. Returns whether the voice must be deleted. */
const stopUsing = async (used: UsedVoice, { voices, nowMs, log }: VoiceDeletionDeps): Promise<boolean> => {
  const { voiceId, conversationId, agentId } = used;
  const seen = await voices.read(voiceId);
  if (seen === undefined && (await voices.write(voiceId, markUnknownDeleting(voiceId, [agentId], nowMs()))))
    return true;
  const keptS = seen === undefined ? 0 : keptForReuseS(seen, used);
  if (seen !== undefined && conversationId in seen.users) {
    await voices.write(voiceId, endUse(conversationId));
    log.info('voice_use_ended', { voice_id: voiceId });
    // If others use the voice, it lives as long as their calls may last.
    if (keptS > 0) await voices.write(voiceId, retain(Math.floor(nowMs() / 1000) + keptS));
  }
  const now = await voices.read(voiceId);
  const deletion = deletionAfterUse(now, keptS, nowMs());
  const isMarked = deletion !== undefined && (await voices.write(voiceId, deletion));
  return isMarked || now?.state === 'deleting';
};
