import type { Erasure } from './erasure';
import { type CallerReferences, type Counted, countsOf, referencesOn } from './erasure-pages';
import { conversationsLeft, receiptOf, type StoreReceipt } from './receipt';

/** The result of an erasure. */
export interface ErasureReport {
  readonly state: 'running' | 'done';
  /** Unix seconds. */
  readonly requested_at: number;
  readonly finished_at: number | null;
  readonly erased: Readonly<Record<Counted, number>>;
  /** What was deleted from each store, what remains and why. Null until the erasure is done. */
  readonly receipt: readonly StoreReceipt[] | null;
  readonly remains_at_elevenlabs: {
    readonly agent_versions: readonly string[];
    readonly conversations: readonly string[];
    readonly note: string;
  };
}

const note =
  'Old versions of the agents stay at ElevenLabs, because its API deletes none; their greeting holds the name. ' +
  'Conversations stay there while ERASE_AT_ELEVENLABS is off, or ElevenLabs refuses to delete them: ' +
  'then delete them in its dashboard.';

/**
 * Builds the status of an erasure. It names no caller, key or voice. `backupDays`: how long the table's backups are
 * kept, if that is known.
 */
export const erasureReport = (
  erasure: Erasure,
  references: CallerReferences,
  backupDays: number | undefined,
): ErasureReport => ({
  state: erasure.state === 'done' ? 'done' : 'running',
  requested_at: erasure.requested_at,
  finished_at: erasure.state === 'done' ? erasure.finished_at : null,
  erased: erasure.state === 'running' ? countsOf(references) : { ...countsOf(noReferences), ...erasure.counts },
  receipt: erasure.state === 'done' ? receiptOf(erasure, references, backupDays) : null,
  remains_at_elevenlabs: {
    agent_versions: [...references.agentIds].sort(),
    conversations: conversationsLeft(references),
    note,
  },
});

const noReferences = referencesOn([]);
