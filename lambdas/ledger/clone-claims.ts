import type { CloneClaim } from '../callers/caller';
import { callerKey, type Offer, reusable } from './callers';
import type { LedgerTable } from './table';

/** Claims, in the CALLER items, to the making of a clone for calls that start elsewhere. */
export interface CloneClaims {
  /**
   * Claims it in place of the claim that was seen in the caller's item at `readAtS` (unix seconds); false when that has changed, or the
   * caller was erased since.
   */
  claim(callerHash: string, claim: CloneClaim, seen: CloneClaim | undefined, readAtS: number): Promise<boolean>;
  /** Ends the claim, with the voice that was made or without; false when the claim is no longer there. */
  finish(callerHash: string, cloneId: string, made: Offer | undefined): Promise<boolean>;
}

/** The claims of this ledger. */
export const cloneClaims = (table: LedgerTable): CloneClaims => ({
  claim: (callerHash, claim, seen, readAtS) => {
    const unchanged =
      seen === undefined ? 'attribute_not_exists(clone)' : 'clone.clone_id = :seen AND clone.lease_until = :lease';
    return table.update(callerKey(callerHash), {
      UpdateExpression: 'SET clone = :claim',
      ConditionExpression: `attribute_exists(pk) AND ${unchanged} AND (attribute_not_exists(erased_at) OR erased_at < :read)`,
      ExpressionAttributeValues: {
        ':claim': claim,
        ':seen': seen?.clone_id,
        ':lease': seen?.lease_until,
        ':read': readAtS,
      },
    });
  },
  finish: (callerHash, cloneId, made) =>
    table.update(callerKey(callerHash), {
      UpdateExpression: `${made === undefined ? '' : 'SET reusable = :voice '}REMOVE clone`,
      ConditionExpression: 'clone.clone_id = :id',
      ExpressionAttributeValues: { ':id': cloneId, ':voice': made === undefined ? undefined : reusable(made) },
    }),
});
