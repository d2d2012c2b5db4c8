import { drop, forgetBaselineVoice } from '../../voices/agent';
import type { ErasureDeps } from './deps';
import type { Erasure } from './erasure';

/**
 * Sees to it that no agent's item names a voice of an erasure. Entries of PATCHes that may still land are waited for, and an agent that
 * still has such a voice is queued to get its own back. How many places there were. Throws 503.
 */
export const eraseAgents = async ({ agent_ids, voice_ids }: Erasure, deps: ErasureDeps): Promise<number> => {
  let count = 0;
  for (const agentId of agent_ids) count += await forgetVoices(agentId, voice_ids, deps);
  return count;
};

const forgetVoices = async (
  agentId: string,
  voiceIds: ReadonlySet<string>,
  { agents, deletionJobs, nowMs }: ErasureDeps,
): Promise<number> => {
  const isTheirs = (voiceId: string | undefined): boolean => voiceId !== undefined && voiceIds.has(voiceId);
  const seen = await agents.read(agentId);
  const { activation, baseline, pendings } = seen;
  const named = Object.entries(pendings).filter(([, { voice_id }]) => isTheirs(voice_id));
  for (const [attempt, { until }] of named) if (until <= nowMs()) await agents.write(agentId, drop(attempt));
  if (isTheirs(activation?.voice_id))
    await deletionJobs.enqueue({ reason: 'agent_not_restored', agent_id: agentId }, 0);
  const forgotten = forgetBaselineVoice(agentId, seen, voiceIds);
  if (forgotten !== undefined) await agents.write(agentId, forgotten);
  return named.length + Number(isTheirs(activation?.voice_id)) + Number(isTheirs(baseline?.voice_id));
};
