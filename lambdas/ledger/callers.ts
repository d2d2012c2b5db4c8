import { type Caller, caller } from '../callers/caller';
import type { CallerChange } from '../callers/caller-changes';
import type { Transition } from '../platform/transition';
import { aggregate, itemKey } from './aggregate';
import type { LedgerTable } from './table';

/** The CALLER items, under the keyed hash of a phone number. */
export interface Callers {
  /** Undefined for one that is not known, or whose item has expired by `nowS`. Throws 503. */
  read(callerHash: string, nowS: number): Promise<Caller | undefined>;
  /** Writes a transition. False when what it requires does not hold. Throws 503. */
  write(callerHash: string, transition: Transition): Promise<boolean>;
  /**
   * Writes a change, beginning with the item as it was read before, if it was. False when an erasure made the change
   * void, or what the caller has is newer. Throws 503.
   */
  change(callerHash: string, change: CallerChange, seen?: Caller): Promise<boolean>;
  /**
   * Forgets all of a caller, known or not, but that it was erased: nothing that was signed up to `atS` (unix seconds)
   * brings anything back while the mark is kept. False, and nothing is forgotten, when it was erased at that moment or
   * later already. Throws 503.
   */
  erase(callerHash: string, atS: number, expiresAtS: number): Promise<boolean>;
}

/** The key of a caller's item. */
export const callerKey = (callerHash: string): string => itemKey('caller', callerHash);

/** The callers of this ledger. */
export const callers = (table: LedgerTable): Callers => {
  const items = aggregate<Caller>(table, { kind: 'caller', schema: caller });
  return {
    read: async (callerHash, nowS) => {
      const seen = await items.read(callerHash);
      return seen !== undefined && seen.expires_at > nowS ? seen : undefined;
    },
    write: (callerHash, transition) => items.write(callerHash, transition),
    change: async (callerHash, change, known) => {
      for (let seen = known ?? (await items.read(callerHash)); ; seen = await items.read(callerHash)) {
        const transition = change(seen);
        if (transition === undefined) return false;
        if (await items.write(callerHash, transition)) return true;
      }
    },
    erase: (callerHash, atS, expiresAtS) =>
      table.put({
        Item: { pk: callerKey(callerHash), kind: 'caller', calls: {}, erased_at: atS, expires_at: expiresAtS },
        ConditionExpression: 'attribute_not_exists(erased_at) OR erased_at < :at',
        ExpressionAttributeValues: { ':at': atS },
      }),
  };
};
