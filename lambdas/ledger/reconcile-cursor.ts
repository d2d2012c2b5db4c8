import * as z from 'zod';
import type { LedgerTable } from './table';

/** When ElevenLabs' conversations were last looked through. */
export interface ReconcileCursor {
  /** Unix milliseconds; undefined when there was none. */
  lastLookMs(): Promise<number | undefined>;
  /** When the installation began, in unix milliseconds; undefined before its first pre-call or reconcile. */
  installedAtMs(): Promise<number | undefined>;
  /** Notes a look that saw everything up to this moment. */
  noteLook(atMs: number): Promise<void>;
}

const look = z.object({ looked_at: z.number() });
const installation = z.object({ made_at: z.number().optional() });

/** The looks of this ledger. */
export const looks = (table: LedgerTable): ReconcileCursor => ({
  lastLookMs: async () => (await table.get('LOOK', look))?.looked_at,
  installedAtMs: async () => (await table.get('INSTALLATION', installation))?.made_at,
  noteLook: async (atMs) => {
    await table.put({ Item: { pk: 'LOOK', kind: 'look', looked_at: atMs } });
  },
});
