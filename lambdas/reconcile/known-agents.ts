import pLimit from 'p-limit';
import { partOf } from '../elevenlabs/agent-setup';
import { ElevenLabsError } from '../elevenlabs/errors';
import type { Deadline } from '../platform/deadline';
import { checkAgent } from '../setup/check-agent';
import type { AgentDetails } from '../setup/details';
import { agentsInParallel, type AgentReader } from './agent-reader';
import type { ReconcileDeps } from './deps';

/** Returns the agents in the settings and all that ever had a clone. May miss an agent from the last second. */
export const knownAgents = async ({ agents, agentIds }: ReconcileDeps): Promise<ReadonlySet<string>> => {
  const known = new Set(agentIds);
  for await (const agentId of agents.list()) known.add(agentId);
  return known;
};

/**
 * Records for each of these agents which fields a call may override now. If an agent cannot be read, its record stays
 * and the others are still read. Throws the first failure at the end. A deleted agent is not a failure.
 */
export const recordSetups = async (
  agentIds: Iterable<string>,
  reader: AgentReader,
  deadline: Deadline,
  deps: ReconcileDeps,
): Promise<void> => {
  const failures: unknown[] = [];
  const limit = pLimit(agentsInParallel);
  const mainBranchOf = async (agentId: string): Promise<AgentDetails> => partOf((await reader.main(agentId)).details);
  const check = async (agentId: string): Promise<void> => {
    try {
      await checkAgent(agentId, deadline, { ...deps, mainBranchOf, branchesOf: reader.branches });
    } catch (error) {
      deps.log.error('agent_not_checked', error, { unchecked_agent_id: agentId });
      if (!(error instanceof ElevenLabsError && error.code === 'agent_not_found')) failures.push(error);
    }
  };
  await Promise.all([...agentIds].map((agentId) => limit(check, agentId)));
  if (failures.length > 0) throw failures[0];
};
