import type { Erasure } from './erasure';
import { type CallerReferences, type Counted, countsOf, referencesOn } from './erasure-pages';
import { receiptOf, type StoreReceipt } from './receipt';
import { conversationsLeft } from './what-stays';

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
 * kept, if known.
 */
export const erasureReport = (
  known: Erasure,
  references: CallerReferences,
  backupDays: number | undefined,
): ErasureReport => ({
  state: known.state === 'done' ? 'done' : 'running',
  requested_at: known.requested_at,
  finished_at: known.state === 'done' ? known.finished_at : null,
  erased: known.state === 'running' ? countsOf(references) : { ...countsOf(noReferences), ...known.counts },
  receipt: known.state === 'done' ? receiptOf(known, references, backupDays) : null,
  remains_at_elevenlabs: {
    agent_versions: [...references.agentIds].sort(),
    conversations: conversationsLeft(references),
    note,
  },
});

const noReferences = referencesOn([]);
