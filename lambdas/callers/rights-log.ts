import type { Bucket } from '../aws/bucket';

/** An erasure or a withdrawal, as the log keeps it. */
export interface RightExercised {
  readonly kind: 'erasure' | 'withdrawal';
  /** Names the entry: the same id is the same entry. */
  readonly id: string;
  readonly callerHashes: readonly string[];
  /** Unix seconds: what was signed up to then is void. */
  readonly atS: number;
}

/**
 * Logs an erasure or a withdrawal outside the ledger, so that it can be carried out again after the ledger was restored
 * from a backup. Throws 503.
 */
export const logRight = (
  { kind, id, callerHashes, atS }: RightExercised,
  { put }: Pick<Bucket, 'put'>,
): Promise<void> => {
  const day = new Date(atS * 1000).toISOString().slice(0, 10);
  const entry = { kind, caller_hashes: callerHashes, at: atS };
  return put(`rights-log/${day}/${kind}-${id}.json`, JSON.stringify(entry), 'application/json');
};
