import { randomBytes } from 'node:crypto';
import type { Bucket } from '../../aws/bucket';
import type { Conversations } from '../../ledger/conversations';
import type { Records } from '../../ledger/records';
import { isErasedFor } from '../caller';
import { type CallerKeysDeps, callerKeysIn } from '../caller-keys';
import { invalidRequest, readRequest } from '../read-request';
import { logRight } from '../rights-log';
import { erasureRequest } from './erasure';
import { hasNumber, readNamed } from './named-conversations';
import { startErasure, type StartErasureDeps } from './start-erasure';

const what = 'The erasure request';

/** Dependencies for requesting an erasure. */
export interface ErasureRequestDeps extends StartErasureDeps, CallerKeysDeps {
  readonly objects: Pick<Bucket, 'put'>;
  readonly conversations: Pick<Conversations, 'read'>;
  readonly records: Pick<Records, 'read'>;
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

/** The caller whose data is erased. One of the two lists is empty. */
interface Subject {
  readonly callerHashes: readonly string[];
  readonly conversationIds: readonly string[];
}

const readSubject = async (body: Buffer, deps: ErasureRequestDeps): Promise<Subject> => {
  const { phone_number, conversation_ids: conversationIds = [] } = readRequest(erasureRequest, body, what);
  if (phone_number !== undefined)
    return { callerHashes: await callerKeysIn({ phone_number }, what, deps), conversationIds: [] };
  const named = await Promise.all(conversationIds.map((id) => readNamed(id, deps)));
  const numbered = named.find(hasNumber);
  if (numbered === undefined) return { callerHashes: [], conversationIds };
  throw invalidRequest(what, `conversation_ids: the caller of ${numbered.id} has a number. Send it as phone_number`);
};
