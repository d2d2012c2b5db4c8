import type { CountryCode } from 'libphonenumber-js/min';
import * as z from 'zod';
import type { Bucket } from '../../aws/bucket';
import type { DeletionJobs } from '../../aws/job-queue';
import type { Callers } from '../../ledger/callers';
import type { Consents } from '../../ledger/consents';
import { ServiceError } from '../../platform/errors';
import { parseJson } from '../../platform/json';
import type { Log } from '../../platform/log';
import type { Meter } from '../../platform/metrics';
import { problemsOf } from '../../platform/problems';
import { phoneNumberText } from '../../platform/short-text';
import { type Caller, enrolledPrefix } from '../caller';
import { withdrawConsent as withdraw } from '../caller-changes';
import type { CallerHashing } from '../caller-hash';
import { normalisePhoneNumber, phoneNumberProblem } from '../phone-number';

/** The body of `POST /callers/withdraw`. */
export const withdrawalRequest = z.object({ type: z.literal('caller_withdraw'), phone_number: phoneNumberText });

/** Dependencies for withdrawing a consent. */
export interface WithdrawalDeps {
  readonly callers: Callers;
  readonly consents: Pick<Consents, 'record'>;
  readonly objects: Pick<Bucket, 'list' | 'remove'>;
  readonly deletionJobs: DeletionJobs;
  readonly callerHashes: CallerHashing['hashes'];
  readonly country: CountryCode | undefined;
  /** How long a withdrawal is remembered, in seconds. */
  readonly keptS: number;
  readonly nowMs: () => number;
  readonly log: Log;
  readonly meter: Meter;
}

/** The answer of `POST /callers/withdraw`. */
export interface WithdrawalAnswer {
  readonly status: 'success';
  readonly withdrawn: true;
}

/**
 * Ends the use of a caller's voice: keeps the evidence, marks the caller, ends live calls' use of the voice, queues the
 * deletion of voices, and deletes the samples. Whatever was signed up to the withdrawal brings nothing back. An older
 * withdrawal than a later consent changes nothing but the evidence. May be repeated. Throws 400, 503.
 */
export const withdrawConsent = async (
  body: Buffer,
  signedAtS: number,
  deps: WithdrawalDeps,
): Promise<WithdrawalAnswer> => {
  const { callers, consents, nowMs, log, meter } = deps;
  const nowS = Math.floor(nowMs() / 1000);
  for (const callerHash of await readHashes(body, deps)) {
    await consents.record({
      ...{ subject: callerHash, callerHash, conversationId: undefined, state: 'withdrawn', signedAtS },
    });
    const before = await callers.read(callerHash, nowS);
    if (before?.consent !== undefined && before.consent.signed_at > signedAtS) continue;
    if (before !== undefined) await queueDeletions(before, deps);
    await callers.change(callerHash, withdraw(signedAtS, nowS + deps.keptS), before);
    await removeSamples(callerHash, before, deps);
  }
  log.info('consent_withdrawn');
  meter.count('ConsentsWithdrawn');
  return { status: 'success', withdrawn: true };
};

/** Queued before the mark: the mark removes what names them. */
const queueDeletions = async ({ reusable, calls, clone }: Caller, { deletionJobs, nowMs }: WithdrawalDeps) => {
  for (const conversation_id of Object.keys(calls))
    await deletionJobs.enqueue({ reason: 'conversation_erased', conversation_id }, 0);
  if (reusable !== undefined) await deletionJobs.enqueue({ reason: 'caller_erased', voice_id: reusable.voice_id }, 0);
  if (clone !== undefined)
    await deletionJobs.enqueue(
      { reason: 'clone_erased', clone_id: clone.clone_id },
      Math.max(0, (clone.lease_until - nowMs()) / 1000),
    );
};

const removeSamples = async (
  callerHash: string,
  before: Caller | undefined,
  { objects }: WithdrawalDeps,
): Promise<void> => {
  const keys = [...(before?.enrolled ?? []), ...(before?.recent ?? [])].map(({ key }) => key);
  for await (const { key } of objects.list(enrolledPrefix(callerHash))) keys.push(key);
  await objects.remove([...new Set(keys)]);
};

const readHashes = async (body: Buffer, deps: WithdrawalDeps): Promise<readonly string[]> => {
  const { data: request, error } = withdrawalRequest.safeParse(parseJson(body, 'body'));
  if (error !== undefined) throw invalid(problemsOf(error));
  const number = normalisePhoneNumber(request.phone_number, deps.country);
  if (number === undefined) throw invalid(`phone_number: ${phoneNumberProblem(request.phone_number, deps.country)}`);
  return deps.callerHashes(number);
};

const invalid = (problem: string): ServiceError =>
  new ServiceError({ code: 'INVALID_PAYLOAD', message: `The withdrawal is not valid: ${problem}.` });
