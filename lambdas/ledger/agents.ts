import * as z from 'zod';
import { elevenLabsId } from '../platform/ids';
import { type Agent, agentItem, unknownAgent } from '../voices/agent';
import { partsOfKey } from '../voices/agent-branches';
import { type Aggregate, aggregate } from './aggregate';
import type { LedgerTable } from './table';

/** The AGENT items, one for each branch of an agent, by its key. They never expire. */
export interface Agents extends Pick<Aggregate<Agent>, 'write'> {
  /** A branch that the ledger has never seen reads as `unknownAgent`. Throws 503. */
  read(key: string): Promise<Agent>;
  /**
   * The ids of all agents that were ever given a voice, each once; may miss one that came this very second. Throws 503.
   */
  list(): AsyncIterable<string>;
}

/** The agents of this ledger. */
export const agents = (table: LedgerTable): Agents => {
  const items = aggregate<Agent>(table, { kind: 'agent', schema: agentItem });
  return {
    write: (key, transition) => items.write(key, transition),
    read: async (key) => (await items.read(key)) ?? unknownAgent,
    list: async function* () {
      // The item of an agent's main branch exists wherever another branch has one.
      for await (const { agent_id: key } of table.ofKind('agent', z.object({ agent_id: z.string() })))
        if (partsOfKey(key).branchId === undefined) yield elevenLabsId.parse(key);
    },
  };
};
