import { randomBytes } from 'node:crypto';
import type { CountryCode } from 'libphonenumber-js/min';
import type { Bucket } from '../../aws/bucket';
import { ServiceError } from '../../platform/errors';
import { parseJson } from '../../platform/json';
import { problemsOf } from '../../platform/problems';
import { isErasedFor } from '../caller';
import type { CallerHashing } from '../caller-hash';
import { normalisePhoneNumber, phoneNumberProblem } from '../phone-number';
import { logRight } from '../rights-log';
import { erasureRequest } from './erasure';
import { startErasure, type StartErasureDeps } from './start-erasure';

/** Dependencies for requesting an erasure. */
export interface ErasureRequestDeps extends StartErasureDeps {
  readonly objects: Pick<Bucket, 'put'>;
  readonly callerHashes: CallerHashing['hashes'];
  readonly country: CountryCode | undefined;
}

/** The response to `POST /callers/erase`. */
export interface ErasureAccepted {
  readonly status: 'accepted';
  readonly erasure_id: string;
}

/**
 * Marks a caller as erased, known or not, and queues the search for and deletion of their data. A repetition with the
 * same signature erases nothing that was written after the first request. Throws 400 if the number is invalid, and 503
 * if AWS fails.
 */
export const requestErasure = async (
  body: Buffer,
  signedAtS: number,
  deps: ErasureRequestDeps,
): Promise<ErasureAccepted> => {
  const callerHashes = await readHashes(body, deps);
  const requestedAtS = Math.floor(deps.nowMs() / 1000);
  const known = await Promise.all(callerHashes.map((callerHash) => deps.callers.read(callerHash, requestedAtS)));
  const erasedAtS = known.find((each) => each !== undefined && isErasedFor(each, signedAtS))?.erased_at ?? requestedAtS;
  const erasureId = randomBytes(16).toString('hex');
  await logRight(erasureId, { kind: 'erasure', caller_hashes: [...callerHashes], at: erasedAtS }, deps.objects);
  const isFirst = erasedAtS === requestedAtS;
  await startErasure({ erasureId, callerHashes, requestedAtS, erasedAtS, known, isFirst }, deps);
  return { status: 'accepted', erasure_id: erasureId };
};

const readHashes = async (body: Buffer, deps: ErasureRequestDeps): Promise<readonly string[]> => {
  const { data: request, error } = erasureRequest.safeParse(parseJson(body, 'body'));
  if (error !== undefined) throw invalid(problemsOf(error));
  // If a text can mean two numbers, only the likelier one is erased.
  const number = normalisePhoneNumber(request.phone_number, deps.country);
  const hashes = number === undefined ? [] : await deps.callerHashes(number);
  if (hashes.length > 0) return hashes;
  throw invalid(`phone_number: ${phoneNumberProblem(request.phone_number, deps.country)}`);
};

const invalid = (problem: string): ServiceError =>
  new ServiceError({ code: 'INVALID_PAYLOAD', message: `The erasure request is not valid: ${problem}.` });
