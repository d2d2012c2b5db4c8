import * as z from 'zod';
import { itemKey } from './aggregate';
import type { ItemFilter } from './by-kind';
import type { LedgerTable } from './table';

const unknownEvent = z.object({
  /** SHA-256 of the event's body. */
  sha256: z.string(),
  /** The S3 key of the event's body. */
  key: z.string(),
  /** Time of the event, in unix seconds; absent if the event does not include it. */
  event_timestamp: z.number().optional(),
});

/** A stored post-call event of an unknown type, with the values by which it may identify a caller. */
export interface NamingEvent extends z.infer<typeof unknownEvent> {
  readonly callerHashes: readonly string[];
  readonly expiresAtS: number;
}

/** The EVENT items: events of unknown types that may name callers, so that an erasure finds their bodies. */
export interface UnknownEvents {
  note(event: NamingEvent): Promise<void>;
  /** Lists the matching events. May miss events of the last second. */
  list(only: ItemFilter): AsyncIterable<z.infer<typeof unknownEvent>>;
  remove(sha256: string): Promise<void>;
}

/** Creates the store of unknown events in this ledger. All methods throw 503 when DynamoDB fails. */
export const unknownEvents = (table: LedgerTable): UnknownEvents => ({
  note: async ({ callerHashes, expiresAtS, ...event }) => {
    const caller_hashes = [...callerHashes];
    await table.put({
      Item: { pk: itemKey('event', event.sha256), kind: 'event', ...event, caller_hashes, expires_at: expiresAtS },
    });
  },
  list: (only) => table.listItems('event', unknownEvent, only),
  remove: (sha256) => table.remove(itemKey('event', sha256)),
});
