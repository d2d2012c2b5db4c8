import * as z from 'zod';
import type { LedgerTable } from './table';

const searchProgress = z.object({
  /** When the search began, in unix milliseconds. */
  began_at: z.number(),
  /** The search is for conversations that began after this, in unix seconds. */
  started_after: z.number(),
  /** All agents up to this one, in the order of their ids, are done. */
  done_up_to: z.string().optional(),
  /** The agents in progress: conversations that began at this time (unix seconds) or later are done. */
  read_down_to: z.record(z.string(), z.number()).default({}),
  /** Whether a part failed, so that the whole search must be repeated. */
  has_failed: z.boolean(),
});

/** How far an unfinished search has come. */
export type SearchProgress = z.infer<typeof searchProgress>;

/** The searches for missed calls so far. */
export interface SearchState {
  /** When the last complete search began, in unix milliseconds; undefined before the first. */
  readonly beganAtMs: number | undefined;
  /** How far a search came that was cut off; undefined if there is none. */
  readonly unfinished: SearchProgress | undefined;
}

/**
 * The RECONCILE_CURSOR item: when the last scheduled run without a failure began, and the time up to which ElevenLabs'
 * conversations were searched for missed calls.
 */
export interface ReconcileCursor {
  /** Returns when the last scheduled run without a failure began, in unix milliseconds; undefined before the first. */
  runBeganAtMs(): Promise<number | undefined>;
  /** Records a scheduled run without a failure by its start (unix milliseconds). */
  recordRun(beganAtMs: number): Promise<void>;
  /** Reads the cursor. */
  read(): Promise<SearchState>;
  /** Records how far a search has come, so that the next run continues there if this one is cut off. */
  saveProgress(progress: SearchProgress): Promise<void>;
  /**
   * Returns when the installation was created, in unix milliseconds; undefined before its first pre-call or reconcile
   * run.
   */
  installedAtMs(): Promise<number | undefined>;
  /**
   * Records a complete search by its start time (unix milliseconds), because calls continue during a search. Removes
   * its progress.
   */
  advance(beganAtMs: number): Promise<void>;
  /** Removes the progress of a search that must be repeated from its beginning. */
  startOver(): Promise<void>;
}

const key = 'RECONCILE_CURSOR';
const cursor = z.object({
  run_began_at: z.number().optional(),
  search_began_at: z.number().optional(),
  progress: searchProgress.optional(),
});
const installation = z.object({ made_at: z.number().optional() });

/** Creates the store of the cursor in this ledger. */
export const reconcileCursor = (table: LedgerTable): ReconcileCursor => ({
  runBeganAtMs: async () => (await table.get(key, cursor))?.run_began_at,
  recordRun: async (beganAtMs) => {
    await table.update(key, {
      UpdateExpression: 'SET run_began_at = :began, kind = :kind',
      ExpressionAttributeValues: { ':began': beganAtMs, ':kind': 'reconcile_cursor' },
    });
  },
  read: async () => {
    const { search_began_at: beganAtMs, progress: unfinished } = (await table.get(key, cursor)) ?? {};
    return { beganAtMs, unfinished };
  },
  installedAtMs: async () => (await table.get('INSTALLATION', installation))?.made_at,
  saveProgress: async (progress) => {
    await table.update(key, {
      UpdateExpression: 'SET progress = :progress, kind = :kind',
      ExpressionAttributeValues: { ':progress': progress, ':kind': 'reconcile_cursor' },
    });
  },
  startOver: async () => {
    await table.update(key, { UpdateExpression: 'REMOVE progress' });
  },
  advance: async (beganAtMs) => {
    await table.update(key, {
      UpdateExpression: 'SET search_began_at = :began, kind = :kind REMOVE progress',
      ExpressionAttributeValues: { ':began': beganAtMs, ':kind': 'reconcile_cursor' },
    });
  },
});
