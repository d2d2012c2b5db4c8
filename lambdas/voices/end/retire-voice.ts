import type { Deadline } from '../../platform/deadline';
import { type PlacedVoice, withdrawActivation } from '../on-agent/restore-agent';
import { endUse, markDeleting, markOverdueDeleting, markUnknownDeleting, retain } from '../voice';
import { deleteVoice } from './delete-voice';
import type { VoiceDeletionDeps } from './deps';
import { releaseAgent } from './release-agent';

/** A voice that a conversation had or may have had. */
export interface RetiredVoice extends PlacedVoice {
  /** Whether the conversation's pre-call was answered. If not, no later call is offered the clone made for it. */
  readonly wasAnswered: boolean;
}

/**
 * Ends a conversation's use of a voice and restores its agent. Deletes the voice unless it is kept for reuse or others
 * use it. Idempotent. Throws RetryLater if it must wait; ElevenLabsError, ServiceError or AwsUnavailable on failure.
 */
export const retireVoice = async (placed: RetiredVoice, deadline: Deadline, deps: VoiceDeletionDeps): Promise<void> => {
  await withdrawActivation(placed, deps);
  if (await stopUsing(placed, deps)) return deleteVoice(placed.voiceId, deadline, deps);
  await releaseAgent(placed.agentId, placed.voiceId, deadline, deps);
};

/** Removes the conversation from the voice's users. Returns whether the voice must be deleted. */
const stopUsing = async (
  { voiceId, conversationId, agentId, wasAnswered }: RetiredVoice,
  { voices, nowMs, log }: VoiceDeletionDeps,
): Promise<boolean> => {
  const seen = await voices.read(voiceId);
  if (seen === undefined && (await voices.write(voiceId, markUnknownDeleting(voiceId, [agentId], nowMs()))))
    return true;
  const isOffered = seen !== undefined && 'retain_s' in seen && (wasAnswered || seen.made_for !== conversationId);
  const retainS = isOffered ? seen.retain_s : 0;
  if (seen !== undefined && conversationId in seen.users) {
    await voices.write(voiceId, endUse(conversationId));
    log.info('voice_use_ended', { voice_id: voiceId });
    // If others use the voice, it lives as long as their calls may last.
    if (retainS > 0) await voices.write(voiceId, retain(Math.floor(nowMs() / 1000) + retainS));
  }
  const now = await voices.read(voiceId);
  const deletion = now === undefined || retainS === 0 ? markDeleting(nowMs()) : markOverdueDeleting(now, nowMs());
  const isMarked = deletion !== undefined && (await voices.write(voiceId, deletion));
  return isMarked || now?.state === 'deleting';
};
