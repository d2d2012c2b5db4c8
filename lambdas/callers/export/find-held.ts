import type { HeldItem } from '../../ledger/held-items';
import { chunksOf, inBatches } from '../../platform/batches';
import type { Deadline } from '../../platform/deadline';
import { conversationOf, isClaimed } from '../../three-cx/three-cx-call';
import type { FoundReferences } from '../erasure/erasure-pages';
import { findReferences, referencesOfCallers } from '../erasure/find-references';
import type { ArchiveDeps } from './deps';
import type { RunningExport } from './export';

/** References to a caller's data. */
export interface Held {
  readonly callerHashes: readonly string[];
  /** Ids of conversations and other calls. Records and objects are stored under these ids. */
  readonly callIds: readonly string[];
  readonly voiceIds: readonly string[];
}

/** How many items are read in parallel. */
export const itemsAtOnce = 25;

/**
 * Finds a caller's data in the ledger, in the same way as an erasure. Omits calls whose items name only another caller,
 * because a call may have been transferred. Throws RetryLater after the deadline, and 503 if AWS fails.
 */
export const findHeld = async (
  { caller_hashes: callerHashes, requested_at }: RunningExport,
  deadline: Deadline,
  deps: ArchiveDeps,
): Promise<Held> => {
  const callIds = new Set<string>();
  const voiceIds = new Set<string>();
  const nowS = Math.floor(deps.nowMs() / 1000);
  const search = {
    erasure: { erased_at: requested_at, caller_hashes: [...callerHashes] },
    remember: (found: FoundReferences) => {
      for (const id of [...(found.conversationIds ?? []), ...(found.recordIds ?? [])]) callIds.add(id);
      for (const id of found.voiceIds ?? []) voiceIds.add(id);
      return Promise.resolve();
    },
  };
  const callers = await Promise.all(callerHashes.map((callerHash) => deps.callers.read(callerHash, nowS)));
  await search.remember(referencesOfCallers(callers));
  for (const callerHash of callerHashes)
    for await (const calls of inBatches(deps.calls.list({ callerHash }), itemsAtOnce)) {
      const legs = calls.filter(isClaimed).flatMap(({ greeting, agent_call }) => [greeting, agent_call]);
      await search.remember({ conversationIds: legs.map(conversationOf).filter((id) => id !== undefined) });
    }
  await findReferences(search, deadline, deps);
  return { callerHashes, callIds: await ownIds([...callIds], callerHashes, deps), voiceIds: [...voiceIds] };
};

const ownIds = async (
  ids: readonly string[],
  callerHashes: readonly string[],
  { items }: ArchiveDeps,
): Promise<readonly string[]> => {
  const own: string[] = [];
  for (const portion of chunksOf(ids, itemsAtOnce)) {
    const kinds = ['conversation', 'record'];
    const heldItems = (await Promise.all(kinds.map((kind) => items.readMany(kind, portion)))).flat();
    const others = heldItems
      .filter((item) => isOfOthers(item, callerHashes))
      .map(({ pk }) => pk.slice(pk.indexOf('#') + 1));
    own.push(...portion.filter((id) => !others.includes(id)));
  }
  return own;
};

/** Returns whether an item names callers, but not this one. */
const isOfOthers = ({ caller_hash, caller_hashes = [] }: HeldItem, callerHashes: readonly string[]): boolean => {
  const named = caller_hash == null ? caller_hashes : [caller_hash, ...caller_hashes];
  return named.length > 0 && !named.some((name) => callerHashes.includes(name));
};
