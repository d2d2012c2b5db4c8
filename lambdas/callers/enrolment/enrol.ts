import type { Bucket } from '../../aws/bucket';
import type { Callers } from '../../ledger/callers';
import { callerErased } from '../../platform/errors';
import type { Log } from '../../platform/log';
import type { Meter } from '../../platform/metrics';
import { collectSamples } from '../../samples/collect-samples';
import { noteSampleWarnings, sampleWarnings, type SampleWarnings } from '../../samples/sample-warnings';
import { storeSample } from '../../samples/stored-samples';
import { unnamedSamples } from '../../samples/unnamed-samples';
import { type Upload, uploadKey } from '../../samples/upload';
import type { MeasuredSample, SampleLimits } from '../../samples/voice-sample';
import { enrolledSampleKey, isErasedFor, isVoidFor, type StoredSample } from '../caller';
import { recordEnrolment } from '../caller-changes';
import { callerName } from '../caller-name';
import type { CallerConsent } from '../consent';
import { type ConsentDeps, requireConsent } from '../require-consent';
import type { EnrolmentRequest } from './enrolment-request';

/** An enrolment with a verified sender and a parsed body. */
export interface Enrolling extends Pick<EnrolmentRequest, 'name'> {
  readonly consent?: EnrolmentRequest['consent'];
  readonly callerHash: string;
  /** The caller's keys under older values of the hash key. */
  readonly olderHashes: readonly string[];
  readonly samples: readonly (Buffer | Upload)[];
  /** Unix seconds. */
  readonly signedAtS: number;
}

/** Dependencies for enrolling a caller. */
export interface EnrolmentDeps extends ConsentDeps {
  readonly callers: Callers;
  readonly bucket: Pick<Bucket, 'open' | 'put' | 'list' | 'remove'>;
  readonly limits: SampleLimits;
  /** How long the caller is remembered, in seconds. */
  readonly keptS: number;
  readonly nowMs: () => number;
  readonly log: Log;
  readonly meter: Meter;
}

/** The response to `POST /callers`. */
export interface EnrolmentAnswer extends SampleWarnings {
  readonly status: 'success';
  readonly enrolled_samples: number;
  /** Unix seconds. */
  readonly caller_known_until: number;
}

/**
 * Enrols a caller with voice samples that replace earlier ones. Stores the samples before the caller's item names them.
 * Ignores an enrolment that was signed before the newest one. Safe to repeat. Throws 403 without the required consent,
 * 400 or 413 for an unusable sample, 409 `CALLER_ERASED` after an erasure, and 503 if AWS fails.
 */
export const enrol = async (enrolling: Enrolling, deps: EnrolmentDeps): Promise<EnrolmentAnswer> => {
  const { callerHash, name, signedAtS } = enrolling;
  const { callers, bucket, nowMs, log, meter } = deps;
  const before = await callers.read(callerHash, Math.floor(nowMs() / 1000));
  if (before !== undefined && isErasedFor(before, signedAtS)) throw callerErased();
  const consentExpiryS = Math.floor(nowMs() / 1000) + deps.keptS;
  const known = { caller: before, olderConsents: await olderConsentsOf(enrolling, deps) };
  await requireConsent({ ...enrolling, ...known, consent: enrolling.consent, expiresAtS: consentExpiryS }, deps);
  const measured = await collectSamples(enrolling.samples, deps.limits, deps);
  const samples = await Promise.all(measured.map((sample) => store(callerHash, sample, bucket)));
  const nowS = Math.floor(nowMs() / 1000);
  const expiresAtS = nowS + deps.keptS;
  const change = recordEnrolment({ name: callerName(name), samples, signedAtS, expiresAtS }, nowS);
  const isEnrolled = await callers.change(callerHash, change);
  const replaced = [...(before?.enrolled ?? []), ...(isEnrolled ? [] : samples)].map(({ key }) => key);
  const isReplaced = ({ key }: { readonly key: string }): boolean => replaced.includes(key);
  const { removable } = await unnamedSamples(callerHash, isReplaced, { ...deps, objects: bucket });
  await bucket.remove([...removable, ...uploadsOf(enrolling)]);
  const now = isEnrolled ? undefined : await callers.read(callerHash, nowS);
  if (now !== undefined && isVoidFor(now, signedAtS)) throw callerErased();
  log.info('caller_enrolled', { samples: samples.length });
  meter.count('Enrolments');
  noteSampleWarnings(measured, deps);
  return {
    status: 'success',
    enrolled_samples: samples.length,
    caller_known_until: expiresAtS,
    ...sampleWarnings(measured),
  };
};

const olderConsentsOf = (
  { olderHashes }: Enrolling,
  { callers, nowMs }: EnrolmentDeps,
): Promise<readonly (CallerConsent | undefined)[]> =>
  Promise.all(olderHashes.map(async (hash) => (await callers.read(hash, Math.floor(nowMs() / 1000)))?.consent));

const store = async (
  callerHash: string,
  sample: MeasuredSample,
  bucket: Pick<Bucket, 'put'>,
): Promise<StoredSample> => {
  const key = enrolledSampleKey(callerHash, sample);
  await storeSample(bucket, key, sample);
  return { key, sha256: sample.sha256, format: sample.format };
};

/** Returns the keys of the enrolment's uploads. The caller has copies of them, or the enrolment is void. */
const uploadsOf = ({ samples }: Enrolling): readonly string[] =>
  samples.flatMap((sample) => ('conversationId' in sample ? [uploadKey(sample)] : []));
