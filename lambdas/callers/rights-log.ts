import type { Bucket } from '../aws/bucket';
import { type LoggedRight, rightsLogPrefix } from './logged-right';

/**
 * Logs an erasure or a withdrawal outside the ledger, so that it can be repeated after a restore from backup. Writing
 * the same id again replaces the entry. Throws 503 if AWS fails.
 */
export const logRight = (id: string, right: LoggedRight, { put }: Pick<Bucket, 'put'>): Promise<void> => {
  const day = new Date(right.at * 1000).toISOString().slice(0, 10);
  return put(`${rightsLogPrefix}${day}/${right.kind}-${id}.json`, JSON.stringify(right), 'application/json');
};
