import * as z from 'zod';
import type { Bucket, StoredObject } from '../../aws/bucket';
import type { DeletionJobs } from '../../aws/job-queue';
import type { Callers } from '../../ledger/callers';
import type { Consents } from '../../ledger/consents';
import type { Log } from '../../platform/log';
import type { Meter } from '../../platform/metrics';
import { phoneNumberText } from '../../platform/short-text';
import { unnamedSamples } from '../../samples/unnamed-samples';
import type { Caller } from '../caller';
import { recordWithdrawal } from '../caller-changes';
import { type CallerKeysDeps, callerKeysIn } from '../caller-keys';
import { readRequest } from '../read-request';
import { logRight } from '../rights-log';

const what = 'The withdrawal';

/** The body of `POST /callers/withdraw`. */
export const withdrawalRequest = z.object({ type: z.literal('caller_withdraw'), phone_number: phoneNumberText });

/** Dependencies for withdrawing the consent of a caller whose keys are known. */
export interface WithdrawDeps {
  readonly callers: Pick<Callers, 'read' | 'change'>;
  readonly consents: Pick<Consents, 'record'>;
  readonly objects: Pick<Bucket, 'list' | 'remove'>;
  readonly deletionJobs: DeletionJobs;
  /** How long a withdrawal is remembered, in seconds. */
  readonly keptS: number;
  readonly nowMs: () => number;
  readonly log: Log;
  readonly meter: Meter;
}

/** Dependencies for withdrawing a consent. */
export interface WithdrawalDeps extends WithdrawDeps, CallerKeysDeps {
  readonly objects: Pick<Bucket, 'put' | 'list' | 'remove'>;
}

/** The response to `POST /callers/withdraw`. */
export interface WithdrawalAnswer {
  readonly status: 'success';
  readonly withdrawn: true;
}

/**
 * Ends the use of a caller's voice. Stores the evidence, marks the caller, deletes the samples, and queues jobs that
 * restore the agents and delete the voices. A live call keeps its voice until it ends. Requests signed up to the
 * withdrawal cannot restore the data. A withdrawal older than a later consent only adds its evidence. Safe to repeat.
 * Throws 400 for invalid fields, and 503 if AWS fails.
 */
export const withdrawConsent = async (
  body: Buffer,
  signedAtS: number,
  deps: WithdrawalDeps,
): Promise<WithdrawalAnswer> => {
  const request = readRequest(withdrawalRequest, body, what);
  const callerHashes = await callerKeysIn(request, what, deps);
  const id = `${signedAtS}-${(callerHashes[0] ?? '').slice(0, 16)}`;
  await logRight(id, { kind: 'withdrawal', caller_hashes: [...callerHashes], at: signedAtS }, deps.objects);
  await withdrawFor(callerHashes, signedAtS, deps);
  return { status: 'success', withdrawn: true };
};

/** Withdraws the consent of a caller with known keys. Throws AwsUnavailable if AWS fails. */
export const withdrawFor = async (
  callerHashes: readonly string[],
  signedAtS: number,
  deps: WithdrawDeps,
): Promise<void> => {
  const { callers, consents, nowMs, log, meter } = deps;
  const nowS = Math.floor(nowMs() / 1000);
  for (const callerHash of callerHashes) {
    await consents.record({
      subject: callerHash,
      callerHash,
      conversationId: undefined,
      state: 'withdrawn',
      signedAtS,
    });
    const before = await callers.read(callerHash, nowS);
    if (before?.consent !== undefined && before.consent.signed_at > signedAtS) continue;
    if (before !== undefined) await queueDeletions(before, deps);
    await callers.change(callerHash, recordWithdrawal(signedAtS, nowS + deps.keptS), before);
    await removeSamples(callerHash, before, signedAtS, deps);
  }
  log.info('consent_withdrawn');
  meter.count('ConsentsWithdrawn');
};

/** Queues the deletions before the mark, because the mark removes what names the voices. */
const queueDeletions = async ({ reusable, calls, clone }: Caller, { deletionJobs, nowMs }: WithdrawDeps) => {
  const asked_at = Math.floor(nowMs() / 1000);
  for (const conversation_id of Object.keys(calls))
    await deletionJobs.enqueue({ reason: 'conversation_erased', conversation_id, asked_at }, 0);
  if (reusable !== undefined)
    await deletionJobs.enqueue({ reason: 'caller_erased', voice_id: reusable.voice_id, asked_at }, 0);
  if (clone !== undefined)
    await deletionJobs.enqueue(
      { reason: 'clone_erased', clone_id: clone.clone_id },
      Math.max(0, (clone.lease_until - nowMs()) / 1000),
    );
};

/** Deletes the caller's samples, except those of a later enrolment, even if the item does not name them yet. */
const removeSamples = async (
  callerHash: string,
  before: Caller | undefined,
  signedAtS: number,
  deps: WithdrawDeps,
): Promise<void> => {
  const { enrolled = [], recent = [] } = before ?? {};
  const enrolledKeys = enrolled.map(({ key }) => key);
  const isWithdrawn = ({ key, modifiedAtS }: StoredObject): boolean =>
    modifiedAtS <= signedAtS || enrolledKeys.includes(key);
  const { removable } = await unnamedSamples(callerHash, isWithdrawn, deps);
  await deps.objects.remove([...recent.map(({ key }) => key), ...removable]);
};
