import { deleteVoice as deleteAtElevenLabs } from '../../elevenlabs/voices';
import type { Deadline } from '../../platform/deadline';
import { RetryLater } from '../../platform/retry-later';
import { keysOf } from '../agent-branches';
import { markDeleted } from '../voice';
import type { VoiceDeletionDeps } from './deps';
import { AgentNotRestored, releaseAgent } from './release-agent';

/** How long the item of a deleted voice is kept, in seconds, so that the voice never counts as someone else's. */
const rememberedS = 48 * 3600;

/** Seconds after which an agent that was given a voice under deletion is read again. */
const agentInUseS = 60;

/**
 * Whether to delete a voice even if ElevenLabs refuses to restore its agent. `even-then`: yes, because its caller was
 * erased.
 */
export type Deletion = 'when-restored' | 'even-then';

/**
 * Deletes a voice in state `deleting`. First checks that none of its agents has it, then deletes it at ElevenLabs, then
 * deletes its samples. Does nothing in any other state. Throws RetryLater if it must wait; ElevenLabsError,
 * ServiceError or AwsUnavailable on failure.
 */
export const deleteVoice = async (
  voiceId: string,
  deadline: Deadline,
  deps: VoiceDeletionDeps,
  deletion: Deletion = 'when-restored',
): Promise<void> => {
  const { voices, agents, elevenLabs, log, meter, nowMs } = deps;
  const voice = await voices.read(voiceId);
  if (voice?.state !== 'deleting') return;
  for (const agentId of Object.keys(voice.agents)) {
    const keys = await releaseAgent(agentId, voiceId, deadline, deps).catch(async (error: unknown) => {
      if (deletion === 'when-restored' || !(error instanceof AgentNotRestored && error.isRefused)) throw error;
      await deps.deletionJobs.enqueue({ reason: 'agent_not_restored', agent_id: agentId }, error.afterS);
      return keysOf(agentId, await agents.read(agentId));
    });
    for (const key of keys) {
      const { activation } = await agents.read(key);
      if (activation?.voice_id === voiceId) throw new RetryLater('agent_restored', agentInUseS);
    }
  }
  await deleteAtElevenLabs(elevenLabs, voiceId, deadline);
  await removeSamples(voice.samples, deps);
  await voices.write(voiceId, markDeleted(Math.floor(nowMs() / 1000) + rememberedS));
  log.info('voice_deleted', { voice_id: voiceId });
  meter.count('VoicesDeleted');
  deps.onDeleted?.();
};

/** Deletes samples, unless samples are kept. Throws 503 when S3 fails. */
export const removeSamples = async (keys: readonly string[], { samples }: VoiceDeletionDeps): Promise<void> => {
  if (samples !== undefined) await Promise.all(keys.map((key) => samples.remove(key)));
};
