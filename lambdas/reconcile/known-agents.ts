import type { ReconcileDeps } from './deps';

/** The agents of the settings, and every agent that was ever given a voice; may miss one that came this very second. */
export const knownAgents = async ({ agents, agentIds }: ReconcileDeps): Promise<ReadonlySet<string>> => {
  const all = new Set(agentIds);
  for await (const agentId of agents.list()) all.add(agentId);
  return all;
};
