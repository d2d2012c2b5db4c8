import type { Erasure } from './erasure';
import type { CallerReferences, Counted } from './erasure-pages';
import { atElevenLabs, inBackups, inBucket, inTable, type Stays } from './what-stays';

/** The stores that can have data about a caller. */
type Store = 'table' | 'bucket' | 'elevenlabs' | 'backups';

/** The result of an erasure for one store. */
export interface StoreReceipt {
  readonly store: Store;
  readonly erased: Readonly<Partial<Record<Counted, number>>>;
  readonly stays: readonly Stays[];
}

/** Returns the result of a finished erasure for each store. `backupDays`: how long the table's backups are kept. */
export const receiptOf = (
  { counts, kept }: Extract<Erasure, { state: 'done' }>,
  references: CallerReferences,
  backupDays: number | undefined,
): readonly StoreReceipt[] => {
  const erased = (...kinds: readonly Counted[]): StoreReceipt['erased'] =>
    Object.fromEntries(kinds.map((kind) => [kind, counts[kind] ?? 0]));
  return [
    { store: 'table', erased: erased('conversations', 'calls', 'records', 'exports'), stays: inTable(kept?.consents) },
    { store: 'bucket', erased: erased('samples', 'transcripts', 'recordings', 'events'), stays: inBucket },
    {
      store: 'elevenlabs',
      erased: erased('voices', 'conversations_at_elevenlabs'),
      stays: atElevenLabs(references, kept?.conversations_because ?? 'refused'),
    },
    { store: 'backups', erased: {}, stays: inBackups(backupDays) },
  ];
};
