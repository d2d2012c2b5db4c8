import type { AgentReadings } from '../ledger/agent-readings';

/** The least number of agents that a run reads, if there are that many. */
const minAgentsPerRun = 50;

/** The number of runs in which each agent is read at least once. */
const runsPerRound = 24;

/**
 * Chooses the agents to read at ElevenLabs in a run: all that changed in the ledger since they were read last, and
 * those whose turn it is. `versions` has the ledger's version of each agent.
 */
export const agentsInTurn = (
  versions: ReadonlyMap<string, number>,
  { turn, versions: lastReadVersions }: AgentReadings,
): ReadonlySet<string> => {
  const agentIds = [...versions.keys()].sort();
  const size = Math.max(minAgentsPerRun, Math.ceil(agentIds.length / runsPerRound));
  const from = (turn * size) % Math.max(1, agentIds.length);
  const inTurn = [...agentIds, ...agentIds].slice(from, from + Math.min(size, agentIds.length));
  const changed = agentIds.filter((agentId) => lastReadVersions[agentId] !== versions.get(agentId));
  return new Set([...inTurn, ...changed]);
};
