import type { Erasures } from '../../ledger/erasures';
import { ServiceError } from '../../platform/errors';
import { parseJson } from '../../platform/json';
import { problemsOf } from '../../platform/problems';
import { erasureStatusRequest } from './erasure';
import { referencesOn } from './erasure-pages';
import { erasureReport, type ErasureReport } from './erasure-report';

/** The response to `POST /callers/erasure`. */
export interface ErasureStatus {
  readonly status: 'success';
  readonly erasure: ErasureReport;
}

/** What the status of an erasure needs. */
export interface ErasureStatusDeps {
  readonly erasures: Pick<Erasures, 'read' | 'pages'>;
  /** How long the table's backups are kept. */
  readonly backupDays: number;
  readonly nowMs: () => number;
}

/** Returns an erasure's status. Throws 400 for invalid fields, 404 `ERASURE_NOT_FOUND`, and 503 if AWS fails. */
export const readErasure = async (
  body: Buffer,
  { erasures, backupDays, nowMs }: ErasureStatusDeps,
): Promise<ErasureStatus> => {
  const { data: request, error } = erasureStatusRequest.safeParse(parseJson(body, 'body'));
  if (error !== undefined) {
    const message = `The request is not valid: ${problemsOf(error)}.`;
    throw new ServiceError({ code: 'INVALID_PAYLOAD', message });
  }
  const known = await erasures.read(request.erasure_id);
  if (known !== undefined && known.expires_at * 1000 > nowMs()) {
    const references = referencesOn(await erasures.pages(known.erasure_id));
    return { status: 'success', erasure: erasureReport(known, references, backupDays) };
  }
  const message = 'There is no such erasure. Its result is kept for 90 days; ids are given by POST /callers/erase.';
  throw new ServiceError({ code: 'ERASURE_NOT_FOUND', message });
};
