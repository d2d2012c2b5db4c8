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
import { enrol as enrolCaller } from '../caller-changes';
import { callerName } from '../caller-name';
import { type ConsentDeps, requireConsent } from '../require-consent';
import type { EnrolmentRequest } from './enrolment-request';

/** An enrolment whose sender was verified and whose body was read. */
export interface Enrolling extends Pick<EnrolmentRequest, 'name'> {
  readonly consent?: EnrolmentRequest['consent'];
  readonly callerHash: string;
  readonly samples: readonly (Buffer | Upload)[];
  /** Unix seconds. */
  readonly signedAtS: number;
}

/** Dependencies for enrolling a caller. */
export interface EnrolmentDeps extends ConsentDeps {
  readonly callers: Callers;
  readonly bucket: Pick<Bucket, 'open' | 'put' | 'list' | 'remove'>;
  readonly limits: SampleLimits;
  /** How long an enrolled caller is known, in seconds. */
  readonly keptS: number;
  readonly nowMs: () => number;
  readonly log: Log;
  readonly meter: Meter;
}

/** The answer of `POST /callers`. */
export interface EnrolmentAnswer extends SampleWarnings {
  readonly status: 'success';
  readonly enrolled_samples: number;
  /** Unix seconds. */
  readonly caller_known_until: number;
}

/**
 * Makes a caller known with samples that were given for good: they are stored before the caller's item names them, and
 * take the place of earlier ones. An enrolment that was signed before the newest one changes nothing. May be repeated.
 * Throws 403 without the consent that is demanded, 400 or 413 for a sample that is not fit, 409 `CALLER_ERASED` for a
 * request that an erasure has made void, 503.
 */
export const enrol = async (enrolling: Enrolling, deps: EnrolmentDeps): Promise<EnrolmentAnswer> => {
  const { callerHash, name, signedAtS } = enrolling;
  const { callers, bucket, nowMs, log, meter } = deps;
  const before = await callers.read(callerHash, Math.floor(nowMs() / 1000));
  if (before !== undefined && isErasedFor(before, signedAtS)) throw callerErased();
  const consentExpiryS = Math.floor(nowMs() / 1000) + deps.keptS;
  await requireConsent({ ...enrolling, consent: enrolling.consent, caller: before, expiresAtS: consentExpiryS }, deps);
  const measured = await collectSamples(enrolling.samples, deps.limits, deps);
  const samples = await Promise.all(measured.map((sample) => store(callerHash, sample, bucket)));
  const nowS = Math.floor(nowMs() / 1000);
  const expiresAtS = nowS + deps.keptS;
  const change = enrolCaller({ name: callerName(name), samples, signedAtS, expiresAtS }, nowS);
  const isEnrolled = await callers.change(callerHash, change);
  const replaced = [...(before?.enrolled ?? []), ...(isEnrolled ? [] : samples)].map(({ key }) => key);
  const { left } = await unnamedSamples(callerHash, ({ key }) => replaced.includes(key), { ...deps, objects: bucket });
  await bucket.remove([...left, ...uploadsOf(enrolling)]);
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

const store = async (
  callerHash: string,
  sample: MeasuredSample,
  bucket: Pick<Bucket, 'put'>,
): Promise<StoredSample> => {
  const key = enrolledSampleKey(callerHash, sample);
  await storeSample(bucket, key, sample);
  return { key, sha256: sample.sha256, format: sample.format };
};

/** What was uploaded for this is stored with the caller, or not to be stored at all. */
const uploadsOf = ({ samples }: Enrolling): readonly string[] =>
  samples.flatMap((sample) => ('conversationId' in sample ? [uploadKey(sample)] : []));
