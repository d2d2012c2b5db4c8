import type { Erasures } from '../../ledger/erasures';
import { ServiceError } from '../../platform/errors';
import { parseJson } from '../../platform/json';
import { problemsOf } from '../../platform/problems';
import { type ErasureReport, erasureReport, erasureStatusRequest } from './erasure';

/** The answer of `POST /callers/erasure`. */
export interface ErasureStatus {
  readonly status: 'success';
  readonly erasure: ErasureReport;
}

/** How far an erasure is. Throws 400 naming the fields at fault, 404 `ERASURE_NOT_FOUND`, 503. */
export const readErasure = async (
  body: Buffer,
  { erasures, nowMs }: { readonly erasures: Pick<Erasures, 'read'>; readonly nowMs: () => number },
): Promise<ErasureStatus> => {
  const { data: request, error } = erasureStatusRequest.safeParse(parseJson(body, 'body'));
  if (error !== undefined) {
    const message = `The request is not valid: ${problemsOf(error)}.`;
    throw new ServiceError({ code: 'INVALID_PAYLOAD', message });
  }
  const seen = await erasures.read(request.erasure_id);
  if (seen !== undefined && seen.expires_at * 1000 > nowMs())
    return { status: 'success', erasure: erasureReport(seen) };
  const message = 'There is no such erasure. Its result is kept for 90 days; ids are given by POST /callers/erase.';
  throw new ServiceError({ code: 'ERASURE_NOT_FOUND', message });
};
