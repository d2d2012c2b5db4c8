import type { ErasureDeps } from './deps';
import { type Erasure, foundEntry, isErasedCall, markKeptS } from './erasure';

/** Takes everything out of the calls of 3CX that a caller made before the erasure; their conversations are remembered first. How many there were. Throws 503. */
export const eraseCalls = async (seen: Erasure, { calls, erasures }: ErasureDeps): Promise<number> => {
  let count = 0;
  for (const callerHash of seen.caller_hashes) {
    for await (const { key, receivedAtS, conversationIds } of calls.ofCaller(callerHash)) {
      if (!isErasedCall(seen, receivedAtS)) continue;
      await erasures.remember(seen.erasure_id, { conversationIds, found: [foundEntry('calls', key)] });
      await calls.erase(key, seen.erased_at, seen.requested_at + markKeptS);
      count += 1;
    }
  }
  return count;
};
