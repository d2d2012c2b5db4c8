import type { Deadline } from '../../platform/deadline';
import { keysOf, partsOfKey } from '../../voices/agent-branches';
import { drop, forgetBaselineVoice } from '../../voices/agent-changes';
import type { Voice } from '../../voices/voice';
import type { ErasureDeps } from './deps';
import { outOfTime, type Pass, portions } from './find-references';

/**
 * Queues the deletion of the caller's voices. Removes deleted voices from the ledger once no conversation of the caller
 * waits for its erasure. Returns how many voices the ledger still had. Throws RetryLater if the pass must stop, and
 * AwsUnavailable if AWS fails.
 */
export const eraseVoices = async (
  pass: Pass,
  waitingConversations: number,
  deadline: Deadline,
  deps: ErasureDeps,
): Promise<number> => {
  let count = 0;
  for (const ids of portions(pass.known().voiceIds)) {
    if (deadline.leftMs() === 0) throw outOfTime();
    const found = (await Promise.all(ids.map((id) => deps.voices.read(id)))).filter((each) => each !== undefined);
    count += found.length;
    for (const voice of found) await eraseVoice(voice, waitingConversations, pass, deps);
  }
  return count;
};

const eraseVoice = async (
  { voice_id: voiceId, ...found }: Voice,
  waitingConversations: number,
  pass: Pass,
  { voices, agents, deletionJobs }: ErasureDeps,
): Promise<void> => {
  if (found.state !== 'deleted') {
    const asked_at = pass.erasure.requested_at;
    return deletionJobs.enqueue({ reason: 'caller_erased', voice_id: voiceId, asked_at }, 0);
  }
  if (waitingConversations > 0) return;
  const agentIds: string[] = [];
  for (const agentId of Object.keys(found.agents)) if ((await agents.read(agentId)).version > 0) agentIds.push(agentId);
  await pass.remember({ agentIds });
  await voices.purge(voiceId);
};

/**
 * Removes the caller's voices from agents' items. Keeps entries of PATCHes that may still take effect. Queues a job for
 * each agent that must get its own voice back. Returns the number of places found. Throws AwsUnavailable if AWS fails.
 */
export const eraseAgents = async (pass: Pass, deps: ErasureDeps): Promise<number> => {
  const { agentIds, voiceIds } = pass.known();
  let count = 0;
  for (const id of agentIds)
    for (const key of keysOf(id, await deps.agents.read(id))) count += await forgetVoices(key, voiceIds, deps);
  return count;
};

const forgetVoices = async (
  key: string,
  voiceIds: ReadonlySet<string>,
  { agents, deletionJobs, nowMs }: ErasureDeps,
): Promise<number> => {
  const isTheirs = (voiceId: string | undefined): boolean => voiceId !== undefined && voiceIds.has(voiceId);
  const agent = await agents.read(key);
  const { activation, baseline, pendings } = agent;
  const named = Object.entries(pendings).filter(([, { voice_id }]) => isTheirs(voice_id));
  for (const [attempt, { until }] of named) if (until <= nowMs()) await agents.write(key, drop(attempt));
  if (isTheirs(activation?.voice_id))
    await deletionJobs.enqueue({ reason: 'agent_not_restored', agent_id: partsOfKey(key).agentId }, 0);
  const forgotten = forgetBaselineVoice(key, agent, voiceIds);
  if (forgotten !== undefined) await agents.write(key, forgotten);
  return named.length + Number(isTheirs(activation?.voice_id)) + Number(isTheirs(baseline?.voice_id));
};
