import type { Deadline } from '../../platform/deadline';
import { type PlacedVoice, withdrawActivation } from '../on-agent/release';
import type { VoiceDeletionDeps } from './deps';
import { destroyVoice, forgottenAtS } from './destroy-voice';
import { giveBack } from './give-back';

/**
 * Ends a conversation's use of a voice: its agent gets its own voice back, and the voice is deleted, unless it is kept for reuse or
 * others use it. May be repeated. Throws RetryLater, ElevenLabsError, ServiceError.
 */
export const retireVoice = async (placed: PlacedVoice, deadline: Deadline, deps: VoiceDeletionDeps): Promise<void> => {
  await withdrawActivation(placed, deps);
  if (await endUse(placed, deps)) return destroyVoice(placed.voiceId, deadline, deps);
  return giveBack({ agentId: placed.agentId, without: placed.voiceId }, deadline, deps);
};

/** Takes the user away; true when the voice is to be deleted. */
const endUse = async (
  { voiceId, conversationId, agentId }: PlacedVoice,
  { voices, nowMs, ...deps }: VoiceDeletionDeps,
): Promise<boolean> => {
  const forgottenS = forgottenAtS({ nowMs });
  const seen = await voices.read(voiceId);
  if (seen === undefined && (await voices.markUnknownDeleting(voiceId, [agentId], forgottenS))) return true;
  const nowS = Math.floor(nowMs() / 1000);
  const retainS = seen?.retain_s ?? 0;
  if (seen !== undefined && conversationId in seen.users) {
    const left = await voices.endUse(voiceId, conversationId);
    deps.log.info('voice_use_ended', { voice_id: voiceId, users_left: Object.keys(left?.users ?? {}).length });
    // With others using it, it lives as long as their calls may.
    if (retainS > 0) await voices.retain(voiceId, nowS + retainS);
  }
  const isCondemned = await voices.markDeleting(voiceId, forgottenS, retainS > 0 ? nowS : undefined);
  return isCondemned || (await voices.read(voiceId))?.state === 'deleting';
};
