import * as z from 'zod';
import { itemKey } from './aggregate';
import type { ItemFilter, LedgerTable } from './table';

const unknownEvent = z.object({
  /** SHA-256 of its body. */
  sha256: z.string(),
  /** The key of its body in S3. */
  key: z.string(),
  /** Unix seconds; absent where the event does not say. */
  event_timestamp: z.number().optional(),
});

/** A stored post-call event of an unknown type, with what it may name a caller by. */
export interface NamingEvent extends z.infer<typeof unknownEvent> {
  readonly callerHashes: readonly string[];
  readonly expiresAtS: number;
}

/** The EVENT items: events of unknown types that may name callers, so that an erasure finds their bodies. */
export interface UnknownEvents {
  note(event: NamingEvent): Promise<void>;
  /** Eventually consistent. */
  list(only: ItemFilter): AsyncIterable<z.infer<typeof unknownEvent>>;
  remove(sha256: string): Promise<void>;
}

/** The events of unknown types in this ledger. Everything throws 503. */
export const unknownEvents = (table: LedgerTable): UnknownEvents => ({
  note: async ({ callerHashes, expiresAtS, ...event }) => {
    const caller_hashes = [...callerHashes];
    await table.put({
      Item: { pk: itemKey('event', event.sha256), kind: 'event', ...event, caller_hashes, expires_at: expiresAtS },
    });
  },
  list: (only) => table.ofKind('event', unknownEvent, only),
  remove: (sha256) => table.remove(itemKey('event', sha256)),
});
