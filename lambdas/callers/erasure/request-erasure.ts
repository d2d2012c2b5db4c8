import { randomBytes } from 'node:crypto';
import type { CountryCode } from 'libphonenumber-js/min';
import type { Bucket } from '../../aws/bucket';
import type { Conversations } from '../../ledger/conversations';
import type { Records } from '../../ledger/records';
import { ServiceError } from '../../platform/errors';
import { parseJson } from '../../platform/json';
import { problemsOf } from '../../platform/problems';
import { isErasedFor } from '../caller';
import type { CallerHashing } from '../caller-hash';
import { normalisePhoneNumber, phoneNumberProblem } from '../phone-number';
import { logRight } from '../rights-log';
import { erasureRequest } from './erasure';
import { hasNumber, readNamed } from './named-conversations';
import { startErasure, type StartErasureDeps } from './start-erasure';

/** Dependencies for requesting an erasure. */
export interface ErasureRequestDeps extends StartErasureDeps {
  readonly objects: Pick<Bucket, 'put'>;
  readonly conversations: Pick<Conversations, 'read'>;
  readonly records: Pick<Records, 'read'>;
  readonly callerHashes: CallerHashing['hashes'];
  readonly country: CountryCode | undefined;
}

/** The response to `POST /callers/erase`. */
export interface ErasureAccepted {
  readonly status: 'accepted';
  readonly erasure_id: string;
}

/**
 * Marks a caller as erased, known or not, and queues the search for and deletion of their data. A caller without a
 * number is erased by the conversations that the request names. A repetition with the same signature erases nothing
 * that was written after the first request. Throws 400 if the number is invalid, or if a named conversation is of a
 * caller with a number, and 503 if AWS fails.
 */
export const requestErasure = async (
  body: Buffer,
  signedAtS: number,
  deps: ErasureRequestDeps,
): Promise<ErasureAccepted> => {
  const { callerHashes, conversationIds } = await readSubject(body, deps);
  const requestedAtS = Math.floor(deps.nowMs() / 1000);
  const known = await Promise.all(callerHashes.map((callerHash) => deps.callers.read(callerHash, requestedAtS)));
  const erasedAtS = known.find((each) => each !== undefined && isErasedFor(each, signedAtS))?.erased_at ?? requestedAtS;
  const erasureId = randomBytes(16).toString('hex');
  const subject = { caller_hashes: [...callerHashes], conversation_ids: [...conversationIds] };
  await logRight(erasureId, { kind: 'erasure', ...subject, at: erasedAtS }, deps.objects);
  const isFirst = erasedAtS === requestedAtS;
  await startErasure({ erasureId, callerHashes, conversationIds, requestedAtS, erasedAtS, known, isFirst }, deps);
  return { status: 'accepted', erasure_id: erasureId };
};

/** Whose data is erased: one of the two is empty. */
interface Subject {
  readonly callerHashes: readonly string[];
  readonly conversationIds: readonly string[];
}

const readSubject = async (body: Buffer, deps: ErasureRequestDeps): Promise<Subject> => {
  const { data: request, error } = erasureRequest.safeParse(parseJson(body, 'body'));
  if (error !== undefined) throw invalid(problemsOf(error));
  const { phone_number: phoneNumber, conversation_ids: conversationIds = [] } = request;
  if (phoneNumber !== undefined) return { callerHashes: await hashesOf(phoneNumber, deps), conversationIds };
  const named = await Promise.all(conversationIds.map((id) => readNamed(id, deps)));
  const other = named.find(hasNumber);
  if (other === undefined) return { callerHashes: [], conversationIds };
  throw invalid(`conversation_ids: the caller of ${other.id} has a number. Send it as phone_number`);
};

const hashesOf = async (
  phoneNumber: string,
  { country, callerHashes }: ErasureRequestDeps,
): Promise<readonly string[]> => {
  // If a text can mean two numbers, only the likelier one is erased.
  const number = normalisePhoneNumber(phoneNumber, country);
  const hashes = number === undefined ? [] : await callerHashes(number);
  if (hashes.length > 0) return hashes;
  throw invalid(`phone_number: ${phoneNumberProblem(phoneNumber, country)}`);
};

const invalid = (problem: string): ServiceError =>
  new ServiceError({ code: 'INVALID_PAYLOAD', message: `The erasure request is not valid: ${problem}.` });
