import * as z from 'zod';
import { elevenLabsId } from '../platform/ids';
import { type Agent, agentItem, unknownAgent } from '../voices/agent';
import { partsOfKey } from '../voices/agent-branches';
import { type Aggregate, aggregate, itemKey } from './aggregate';
import type { LedgerTable } from './table';

/** The AGENT items, one per branch of an agent. They never expire. */
export interface Agents extends Pick<Aggregate<Agent>, 'write'> {
  /** Reads a branch. Returns `unknownAgent` if the ledger has no item for it. Throws 503 when DynamoDB fails. */
  read(key: string): Promise<Agent>;
  /**
   * Lists the ids of all agents that ever had a voice, each once. May miss an agent added within the last second.
   * Throws 503 when DynamoDB fails.
   */
  list(): AsyncIterable<string>;
  /**
   * Returns the version of each agent that ever had a voice: the sum over its branches. May miss an agent added within
   * the last second. Throws 503 when DynamoDB fails.
   */
  versions(): Promise<ReadonlyMap<string, number>>;
}

const versioned = z.object({ agent_id: z.string(), version: z.number() });

/** Creates the store of agents in this ledger. */
export const agents = (table: LedgerTable): Agents => {
  const items = aggregate<Agent>(table, { kind: 'agent', schema: agentItem });
  return {
    write: (key, transition) => items.write(key, transition),
    read: async (key) => (await items.read(key)) ?? unknownAgent,
    versions: async () => {
      const versions = new Map<string, number>();
      for await (const { agent_id: key, version } of table.listItems('agent', versioned)) {
        const { agentId } = partsOfKey(key);
        versions.set(agentId, (versions.get(agentId) ?? 0) + version);
      }
      return versions;
    },
    list: async function* () {
      // If any branch of an agent has an item, its main branch has one, too.
      for await (const { pk } of table.listEntries('agent')) {
        const key = pk.slice(itemKey('agent', '').length);
        if (partsOfKey(key).branchId === undefined) yield elevenLabsId.parse(key);
      }
    },
  };
};
