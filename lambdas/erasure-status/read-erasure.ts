import type { Erasures } from '../adapters/ledger/erasures';
import { type ErasureReport, erasureReport, erasureStatusRequest } from '../domain/erasure';
import { problemsOf } from '../domain/problems';
import { ServiceError } from '../shared/errors';
import { parseJson } from '../shared/json';

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
