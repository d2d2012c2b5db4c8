import { type AgentSetup, agentSetup } from '../setup/agent-setup';
import type { LedgerTable } from './table';

/** The SETUP items: what the last set-up check saw of each agent. */
export interface AgentSetups {
  /** Undefined for an agent that was never checked. */
  read(agentId: string): Promise<AgentSetup | undefined>;
  record(agentId: string, setup: AgentSetup): Promise<void>;
}

/** The key of an agent's set-up. */
export const setupKey = (agentId: string): string => `SETUP#${agentId}`;

/** The set-ups of this ledger; they never expire, as an agent that cannot be reached keeps what it had. */
export const agentSetups = (table: LedgerTable): AgentSetups => ({
  read: (agentId) => table.get(setupKey(agentId), agentSetup),
  record: async (agentId, setup) => {
    await table.put({ Item: { pk: setupKey(agentId), kind: 'setup', agent_id: agentId, ...setup } });
  },
});
