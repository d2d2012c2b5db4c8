import type { AgentReadings } from '../ledger/agent-readings';

/** The fewest agents that are read in a run, if there are so many. */
const fewest = 50;

/** In how many runs each agent is read at least once. */
const runs = 24;

/**
 * Chooses the agents to read at ElevenLabs in a run: all that changed in the ledger since they were read last, and
 * those whose turn it is. `versions` has the ledger's version of each agent.
 */
export const agentsInTurn = (
  versions: ReadonlyMap<string, number>,
  { turn, versions: read }: AgentReadings,
): ReadonlySet<string> => {
  const all = [...versions.keys()].sort();
  const size = Math.max(fewest, Math.ceil(all.length / runs));
  const from = (turn * size) % Math.max(1, all.length);
  const inTurn = [...all, ...all].slice(from, from + Math.min(size, all.length));
  return new Set([...inTurn, ...all.filter((agentId) => read[agentId] !== versions.get(agentId))]);
};
