import * as z from 'zod';
import type { LedgerTable } from './table';

/** The RECONCILE_CURSOR item: the time up to which ElevenLabs' conversations were searched for missed calls. */
export interface ReconcileCursor {
  /** Returns when the last complete search began, in unix milliseconds; undefined before the first. */
  read(): Promise<number | undefined>;
  /**
   * Returns when the installation was created, in unix milliseconds; undefined before its first pre-call or reconcile
   * run.
   */
  installedAtMs(): Promise<number | undefined>;
  /** Records a complete search by its start time (unix milliseconds), because calls continue during a search. */
  advance(beganAtMs: number): Promise<void>;
}

const key = 'RECONCILE_CURSOR';
const cursor = z.object({ search_began_at: z.number() });
const installation = z.object({ made_at: z.number().optional() });

/** Creates the store of the cursor in this ledger. */
export const reconcileCursor = (table: LedgerTable): ReconcileCursor => ({
  read: async () => (await table.get(key, cursor))?.search_began_at,
  installedAtMs: async () => (await table.get('INSTALLATION', installation))?.made_at,
  advance: async (beganAtMs) => {
    await table.put({ Item: { pk: key, kind: 'reconcile_cursor', search_began_at: beganAtMs } });
  },
});
