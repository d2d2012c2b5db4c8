import { type Caller, caller } from '../callers/caller';
import type { CallerChange } from '../callers/caller-changes';
import type { Transition } from '../platform/transition';
import { aggregate, itemKey } from './aggregate';
import type { LedgerTable } from './table';

/** The CALLER items. Their key is the keyed hash of a phone number. */
export interface Callers {
  /**
   * Reads a caller. Returns undefined if the caller is unknown or the item has expired by `nowS`. Throws 503 when
   * DynamoDB fails.
   */
  read(callerHash: string, nowS: number): Promise<Caller | undefined>;
  /** Writes a transition. Returns false if its conditions do not hold. Throws 503 when DynamoDB fails. */
  write(callerHash: string, transition: Transition): Promise<boolean>;
  /**
   * Writes a change, starting from `seen` if it is given. Returns false if an erasure voided the change, or the stored
   * data is newer. Throws 503 when DynamoDB fails.
   */
  change(callerHash: string, change: CallerChange, known?: Caller): Promise<boolean>;
  /** Like `change`, for a caller who was just read as `seen`. Undefined stands for an unknown or expired caller. */
  changeFrom(known: Caller | undefined, callerHash: string, change: CallerChange): Promise<boolean>;
  /**
   * Erases a caller, known or not, and keeps only the time of the erasure. Until `expiresAtS`, nothing signed up to
   * `atS` (unix seconds) restores any data. Returns false without a change if the caller was already erased at that
   * time or later. Throws 503 when DynamoDB fails.
   */
  erase(callerHash: string, atS: number, expiresAtS: number): Promise<boolean>;
}

/** Returns the key of a caller's item. */
export const callerKey = (callerHash: string): string => itemKey('caller', callerHash);

/** Creates the store of callers in this ledger. */
export const callers = (table: LedgerTable): Callers => {
  const items = aggregate<Caller>(table, { kind: 'caller', schema: caller });
  const changeFrom: Callers['changeFrom'] = async (known, callerHash, change) => {
    for (let stored = known; ; stored = await items.read(callerHash)) {
      const transition = change(stored);
      if (transition === undefined) return false;
      if (await items.write(callerHash, transition)) return true;
    }
  };
  return {
    read: async (callerHash, nowS) => {
      const stored = await items.read(callerHash);
      return stored !== undefined && stored.expires_at > nowS ? stored : undefined;
    },
    write: (callerHash, transition) => items.write(callerHash, transition),
    change: async (callerHash, change, known) =>
      changeFrom(known ?? (await items.read(callerHash)), callerHash, change),
    changeFrom,
    erase: (callerHash, atS, expiresAtS) =>
      table.put({
        Item: { pk: callerKey(callerHash), kind: 'caller', calls: {}, erased_at: atS, expires_at: expiresAtS },
        ConditionExpression: 'attribute_not_exists(erased_at) OR erased_at < :at',
        ExpressionAttributeValues: { ':at': atS },
      }),
  };
};
