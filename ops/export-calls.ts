import { type StoredCall, storedCall } from '../lambdas/calls/stored-call';
import type { Installation } from './installation';
import { listItems } from './ledger';

/**
 * Yields the records of finished calls that began since the given time (unix milliseconds), unordered. Omits erased
 * calls.
 */
export const exportCalls = async function* (installation: Installation, sinceMs: number): AsyncIterable<StoredCall> {
  for await (const record of listItems(installation, 'record', storedCall)) {
    const startS = record.start_time_unix_secs ?? record.event_timestamp ?? record.failure_timestamp ?? 0;
    if (record.erased_at === undefined && startS * 1000 >= sinceMs) yield record;
  }
};
