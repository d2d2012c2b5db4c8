import { randomBytes } from 'node:crypto';
import type { CountryCode } from 'libphonenumber-js/min';
import type { Bucket } from '../../aws/bucket';
import type { ErasureJobs } from '../../aws/job-queue';
import type { Callers } from '../../ledger/callers';
import type { Erasures } from '../../ledger/erasures';
import { ServiceError } from '../../platform/errors';
import { parseJson } from '../../platform/json';
import type { Log } from '../../platform/log';
import type { Meter } from '../../platform/metrics';
import { problemsOf } from '../../platform/problems';
import { type Caller, isErasedFor } from '../caller';
import type { CallerHashing } from '../caller-hash';
import { normalisePhoneNumber, phoneNumberProblem } from '../phone-number';
import { logRight } from '../rights-log';
import { beginErasure, erasureKeptS, erasureRequest, markKeptS } from './erasure';
import { referencesOfCallers } from './find-references';

/** The worker begins this long after the request, in seconds: its item is there by then. */
const beginsAfterS = 1;

/** Dependencies for requesting an erasure. */
export interface ErasureRequestDeps {
  readonly callers: Pick<Callers, 'read' | 'erase'>;
  readonly erasures: Pick<Erasures, 'write' | 'append'>;
  readonly jobs: ErasureJobs;
  readonly objects: Pick<Bucket, 'put'>;
  readonly callerHashes: CallerHashing['hashes'];
  readonly country: CountryCode | undefined;
  /** What was at work when the erasure is asked for has ended after this, in seconds. */
  readonly settleS: number;
  readonly nowMs: () => number;
  readonly log: Log;
  readonly meter: Meter;
}

/** The answer of `POST /callers/erase`. */
export interface ErasureAccepted {
  readonly status: 'accepted';
  readonly erasure_id: string;
}

/**
 * Marks a caller as erased, known or not, and queues that everything of theirs is found and deleted. A repetition with
 * the same signature erases nothing that was written after the first request. Throws 400 for what is no number, 503.
 */
export const requestErasure = async (
  body: Buffer,
  signedAtS: number,
  deps: ErasureRequestDeps,
): Promise<ErasureAccepted> => {
  const { callers, erasures, jobs, log, meter } = deps;
  const callerHashes = await readHashes(body, deps);
  const requestedAtS = Math.floor(deps.nowMs() / 1000);
  const known = await Promise.all(callerHashes.map((callerHash) => callers.read(callerHash, requestedAtS)));
  const erasedAtS = known.find((each) => each !== undefined && isErasedFor(each, signedAtS))?.erased_at ?? requestedAtS;
  const erasureId = randomBytes(16).toString('hex');
  // Queued first: every erasure in the ledger is carried out, and a job without one is dropped.
  const cloneIds = known.flatMap((each) => (each?.clone === undefined ? [] : [each.clone.clone_id]));
  await jobs.enqueue({ erasure_id: erasureId, requested_at: requestedAtS, clone_ids: cloneIds }, beginsAfterS);
  const begun = {
    erasure_id: erasureId,
    requested_at: requestedAtS,
    erased_at: erasedAtS,
    settled_at: Math.max(requestedAtS + deps.settleS, ...known.map(cloneLeaseS)),
    caller_hashes: [...callerHashes],
    expires_at: requestedAtS + erasureKeptS,
  };
  await erasures.write(erasureId, beginErasure(begun));
  // An erasure that covers the request has taken what was there; what is there now came after it.
  if (erasedAtS === requestedAtS) await erasures.append(begun, [], referencesOfCallers(known));
  await logRight({ kind: 'erasure', id: erasureId, callerHashes, atS: erasedAtS }, deps.objects);
  for (const callerHash of callerHashes) await callers.erase(callerHash, erasedAtS, requestedAtS + markKeptS);
  log.info('erasure_accepted', { erasure_id: erasureId });
  meter.count('Erasures');
  return { status: 'accepted', erasure_id: erasureId };
};

/** Until when a clone of the caller may be under way, in unix seconds. */
const cloneLeaseS = (known: Caller | undefined): number => Math.ceil((known?.clone?.lease_until ?? 0) / 1000);

const readHashes = async (body: Buffer, deps: ErasureRequestDeps): Promise<readonly string[]> => {
  const { data: request, error } = erasureRequest.safeParse(parseJson(body, 'body'));
  if (error !== undefined) throw invalid(problemsOf(error));
  // Of two numbers that a text may mean, only the likelier one is erased.
  const number = normalisePhoneNumber(request.phone_number, deps.country);
  const hashes = number === undefined ? [] : await deps.callerHashes(number);
  if (hashes.length > 0) return hashes;
  throw invalid(`phone_number: ${phoneNumberProblem(request.phone_number, deps.country)}`);
};

const invalid = (problem: string): ServiceError =>
  new ServiceError({ code: 'INVALID_PAYLOAD', message: `The erasure request is not valid: ${problem}.` });
