import { ElevenLabsError } from '../elevenlabs/errors';
import type { Deadline } from '../platform/deadline';
import { checkAgent } from '../setup/check-agent';
import type { ReconcileDeps } from './deps';

/** The agents of the settings, and every agent that was ever given a voice. May miss an agent of this very second. */
export const knownAgents = async ({ agents, agentIds }: ReconcileDeps): Promise<ReadonlySet<string>> => {
  const all = new Set(agentIds);
  for await (const agentId of agents.list()) all.add(agentId);
  return all;
};

/**
 * Records for every known agent which fields a call may override now. An agent that cannot be read keeps its record,
 * and the others are still read. Throws the first failure at the end; a deleted agent is not a failure.
 */
export const recordSetups = async (deadline: Deadline, deps: ReconcileDeps): Promise<void> => {
  const failures: unknown[] = [];
  for (const agentId of await knownAgents(deps)) {
    await checkAgent(agentId, deadline, deps).catch((error: unknown) => {
      deps.log.error('agent_not_checked', error, { unchecked_agent_id: agentId });
      if (!(error instanceof ElevenLabsError && error.code === 'agent_not_found')) failures.push(error);
    });
  }
  if (failures.length > 0) throw failures[0];
};
