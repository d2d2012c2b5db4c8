import * as z from 'zod';
import { elevenLabsId } from '../platform/ids';
import { type Agent, agentItem, unknownAgent } from '../voices/agent';
import { type Aggregate, aggregate } from './aggregate';
import type { LedgerTable } from './table';

/** The AGENT items. They never expire. */
export interface Agents extends Pick<Aggregate<Agent>, 'write'> {
  /** An agent that the ledger has never seen reads as `unknownAgent`. Throws 503. */
  read(agentId: string): Promise<Agent>;
  /** The ids of all agents that were ever given a voice; may miss one that came this very second. Throws 503. */
  list(): AsyncIterable<string>;
}

/** The agents of this ledger. */
export const agents = (table: LedgerTable): Agents => {
  const items = aggregate<Agent>(table, { kind: 'agent', schema: agentItem });
  return {
    write: (agentId, transition) => items.write(agentId, transition),
    read: async (agentId) => (await items.read(agentId)) ?? unknownAgent,
    list: async function* () {
      for await (const { agent_id } of table.ofKind('agent', z.object({ agent_id: elevenLabsId }))) yield agent_id;
    },
  };
};
