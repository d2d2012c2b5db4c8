import type { ErasureDeps } from './deps';
import { type Erasure, markKeptS } from './erasure';

/**
 * Puts a mark in place of the record of every call of an erasure, whether or not there is one: what comes later about the call is
 * dropped by it. How many records there were. Throws 503.
 */
export const eraseRecords = async (
  { conversation_ids, record_ids, erased_at, requested_at }: Erasure,
  { records }: ErasureDeps,
): Promise<number> => {
  let count = 0;
  for (const recordId of [...conversation_ids, ...record_ids]) {
    const found = await records.read(recordId);
    if (found?.erased_at !== undefined) continue;
    await records.erase(recordId, erased_at, requested_at + markKeptS);
    if (found !== undefined) count += 1;
  }
  return count;
};
