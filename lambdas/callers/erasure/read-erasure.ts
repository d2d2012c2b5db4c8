import type { Erasures } from '../../ledger/erasures';
import { ServiceError } from '../../platform/errors';
import { readRequest } from '../read-request';
import { erasureStatusRequest } from './erasure';
import { referencesOn } from './erasure-pages';
import { erasureReport, type ErasureReport } from './erasure-report';

/** The response to `POST /callers/erasure`. */
export interface ErasureStatus {
  readonly status: 'success';
  readonly erasure: ErasureReport;
}

/** Dependencies for the status of an erasure. */
export interface ErasureStatusDeps {
  readonly erasures: Pick<Erasures, 'read' | 'pages'>;
  /** How long the table's backups are kept, in days. */
  readonly backupDays: number;
  readonly nowMs: () => number;
}

/** Returns an erasure's status. Throws 400 for invalid fields, 404 `ERASURE_NOT_FOUND`, and 503 if AWS fails. */
export const readErasure = async (
  body: Buffer,
  { erasures, backupDays, nowMs }: ErasureStatusDeps,
): Promise<ErasureStatus> => {
  const { erasure_id: erasureId } = readRequest(erasureStatusRequest, body, 'The request');
  const erasure = await erasures.read(erasureId);
  if (erasure === undefined || erasure.expires_at * 1000 <= nowMs()) throw notFound();
  const references = referencesOn(await erasures.pages(erasureId));
  return { status: 'success', erasure: erasureReport(erasure, references, backupDays) };
};

const notFound = (): ServiceError =>
  new ServiceError({
    code: 'ERASURE_NOT_FOUND',
    message: 'There is no such erasure. Its result is kept for 90 days; ids are given by POST /callers/erase.',
  });
