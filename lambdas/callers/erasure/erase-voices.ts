import type { ErasureDeps } from './deps';
import type { Erasure } from './erasure';

/**
 * Queues the deletion of the voices of an erasure, and forgets those that are deleted, once no conversation is left that waits to see
 * that. How many the ledger still had. Throws 503.
 */
export const eraseVoices = async (
  { erasure_id, voice_ids }: Erasure,
  isAnyWaiting: boolean,
  { voices, agents, erasures, deletionJobs }: ErasureDeps,
): Promise<number> => {
  let count = 0;
  for (const voiceId of voice_ids) {
    const found = await voices.read(voiceId);
    if (found === undefined) continue;
    count += 1;
    if (found.state !== 'deleted') {
      await deletionJobs.enqueue({ reason: 'caller_erased', voice_id: voiceId }, 0);
      continue;
    }
    if (isAnyWaiting) continue;
    const agentIds: string[] = [];
    for (const agentId of Object.keys(found.agents))
      if ((await agents.read(agentId)).version > 0) agentIds.push(agentId);
    await erasures.remember(erasure_id, { agentIds });
    await voices.purge(voiceId);
  }
  return count;
};
