import { deleteVoice } from '../../elevenlabs/voices';
import type { Deadline } from '../../platform/deadline';
import { RetryLater } from '../../platform/retry-later';
import { forgottenAfterS } from '../voice';
import type { VoiceDeletionDeps } from './deps';
import { giveBack } from './give-back';

/** How long a deleted voice is remembered, so that it is never taken for somebody else's, in seconds. */
const rememberedS = 48 * 3600;

/** Seconds after which an agent that was given a dying voice is looked at again. */
const agentInUseS = 60;

/** The expiry of a voice whose deletion begins now: what is forgotten until then, expiry brings back. */
export const forgottenAtS = ({ nowMs }: Pick<VoiceDeletionDeps, 'nowMs'>): number =>
  Math.floor(nowMs() / 1000) + forgottenAfterS;

/**
 * Deletes a voice that the ledger has as deleting: sees first that none of its agents has it, then deletes it at ElevenLabs, then
 * its samples. Does nothing for a voice in any other state. Throws RetryLater, ElevenLabsError, ServiceError.
 */
export const destroyVoice = async (voiceId: string, deadline: Deadline, deps: VoiceDeletionDeps): Promise<void> => {
  const { voices, agents, elevenLabs, log, meter, nowMs } = deps;
  const doomed = await voices.read(voiceId);
  if (doomed?.state !== 'deleting') return;
  for (const agentId of Object.keys(doomed.agents)) {
    await giveBack({ agentId, without: voiceId }, deadline, deps);
    const { activation } = await agents.read(agentId);
    if (activation?.voice_id === voiceId) throw new RetryLater('agent_restored', agentInUseS);
  }
  await deleteVoice(elevenLabs, voiceId, deadline);
  await removeSamples(doomed.samples, deps);
  await voices.markDeleted(voiceId, Math.floor(nowMs() / 1000) + rememberedS);
  log.info('voice_deleted', { voice_id: voiceId });
  meter.count('VoicesDeleted');
};

/** Deletes samples, unless samples are kept. Throws 503. */
export const removeSamples = async (keys: readonly string[], { samples }: VoiceDeletionDeps): Promise<void> => {
  if (samples !== undefined) await Promise.all(keys.map((key) => samples.remove(key)));
};
