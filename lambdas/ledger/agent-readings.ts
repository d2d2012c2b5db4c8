import * as z from 'zod';
import type { LedgerTable } from './table';

const readings = z.object({
  /** Counts the runs of reconcile, so that all agents get their turn. */
  turn: z.number(),
  /** The ledger's version of each agent that was idle when reconcile read it last. */
  versions: z.record(z.string(), z.number()),
});

/** Which agents reconcile has read at ElevenLabs, and at which version of the ledger. */
export type AgentReadings = z.infer<typeof readings>;

/** The AGENT_READINGS item. All methods throw 503 when DynamoDB fails. */
export interface AgentReadingStore {
  read(): Promise<AgentReadings>;
  write(readings: AgentReadings): Promise<void>;
}

const key = 'AGENT_READINGS';

/** The most agents whose versions fit into one item. The others count as changed. */
const maxVersions = 5_000;

/** Creates the store of the readings in this ledger. */
export const agentReadings = (table: LedgerTable): AgentReadingStore => ({
  read: async () => (await table.get(key, readings)) ?? { turn: 0, versions: {} },
  write: async ({ turn, versions }) => {
    const keptVersions = Object.fromEntries(Object.entries(versions).slice(0, maxVersions));
    await table.put({ Item: { pk: key, kind: 'agent_readings', turn, versions: keptVersions } });
  },
});
