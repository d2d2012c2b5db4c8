import { type AgentSetup, agentSetup } from '../setup/agent-setup';
import type { LedgerTable } from './table';

/** The SETUP items: what the last setup check found for each agent. */
export interface AgentSetups {
  /** Reads the setup of an agent. Returns undefined if the agent was never checked. */
  read(agentId: string): Promise<AgentSetup | undefined>;
  record(agentId: string, setup: AgentSetup): Promise<void>;
}

/** Returns the key of an agent's setup. */
export const setupKey = (agentId: string): string => `SETUP#${agentId}`;

/** Creates the store of setups in this ledger. They never expire, so an unreachable agent keeps its last setup. */
export const agentSetups = (table: LedgerTable): AgentSetups => ({
  read: (agentId) => table.get(setupKey(agentId), agentSetup),
  record: async (agentId, setup) => {
    await table.put({ Item: { pk: setupKey(agentId), kind: 'setup', agent_id: agentId, ...setup } });
  },
});
