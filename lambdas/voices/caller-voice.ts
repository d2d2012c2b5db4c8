import { randomBytes } from 'node:crypto';
import type { Bucket } from '../aws/bucket';
import { cachedVoice, type Caller, isErasedFor, samplesOf } from '../callers/caller';
import { withdrawOffer } from '../callers/caller-changes';
import { type CallerClone, claimClone, finishClone, type Offer } from '../callers/caller-clone';
import { type ConsentTerms, mayUseVoice } from '../callers/consent';
import { ElevenLabsError } from '../elevenlabs/errors';
import { getVoice, type NewVoice } from '../elevenlabs/voices';
import { carryOut, type JobSink } from '../ledger/aggregate';
import type { Callers } from '../ledger/callers';
import type { Voices } from '../ledger/voices';
import type { Deadline } from '../platform/deadline';
import { samplesDigest } from '../samples/samples-digest';
import { type ReadSample, readSample } from '../samples/stored-samples';
import { extendVoice, type ReadCaller } from './cached-voice';
import { type CloningDeps, findClone, isOutcomeUnknown, makeClone } from './cloning';
import type { DeletionJob } from './deletion-job';
import { extend, queueDeletion, recordCached } from './voice';
import { voiceName } from './voice-identity';

/** Dependencies for obtaining a caller's voice. */
export interface CallerVoiceDeps extends CloningDeps {
  readonly callers: Callers;
  readonly voices: Voices;
  readonly samples: Pick<Bucket, 'get'>;
  readonly deletionJobs: JobSink<DeletionJob>;
  readonly cloneSettings: {
    /** How long a cached voice is kept, in seconds. */
    readonly cacheS: number;
    /** Lease of a claim, in milliseconds: the function's timeout plus 30 s. */
    readonly leaseMs: number;
  };
  readonly settings: {
    /** A call gets only a voice that is guaranteed to live this long, in seconds. */
    readonly longestCallS: number;
    /** @default no consent is demanded */
    readonly consent?: ConsentTerms;
  };
}

/** Result of a request for a caller's voice. */
export type ObtainedVoice =
  | { readonly outcome: 'cached' | 'cloned'; readonly voiceId: string }
  /** No voice: no sample, no consent, or (`lost`) the caller was erased or the clone abandoned meanwhile. */
  | { readonly outcome: 'no_sample' | 'no_consent' | 'lost' }
  /** Another attempt holds the lease for cloning until then, in unix milliseconds. */
  | { readonly outcome: 'claimed'; readonly untilMs: number };

/**
 * Returns a voice of this caller that lives through the longest call: the cached voice, extended if needed, or a clone
 * of the stored samples. Only one attempt clones at a time. After a failed attempt, the next one searches for its clone
 * first. Throws ElevenLabsError, ServiceError or AwsUnavailable on failure.
 */
export const obtainCallerVoice = async (
  callerHash: string,
  deadline: Deadline,
  deps: CallerVoiceDeps,
): Promise<ObtainedVoice> => {
  const { callers, nowMs, settings } = deps;
  const nowS = Math.floor(nowMs() / 1000);
  const caller = await callers.read(callerHash, nowS);
  if (caller === undefined) return { outcome: 'no_sample' };
  if (!mayUseVoice(caller, settings.consent)) return { outcome: 'no_consent' };
  const voiceId =
    cachedVoice(caller, nowS + settings.longestCallS) ?? (await extended({ callerHash, caller, nowS }, deadline, deps));
  if (voiceId !== undefined) return { outcome: 'cached', voiceId };
  const earlier = caller.clone;
  if (earlier !== undefined && earlier.lease_until > nowMs())
    return { outcome: 'claimed', untilMs: earlier.lease_until };
  const samples = await readSamples(caller, deps);
  if (samples.length === 0) return { outcome: 'no_sample' };
  if (isErasedFor(caller, nowS)) return { outcome: 'lost' };
  const claim = newClaim(caller, deps);
  if (!(await callers.write(callerHash, claimClone(caller, claim)))) {
    const otherClaim = (await callers.read(callerHash, nowS))?.clone;
    return otherClaim === undefined ? { outcome: 'lost' } : { outcome: 'claimed', untilMs: otherClaim.lease_until };
  }
  const mayHaveClone = earlier?.clone_id === claim.clone_id;
  return makeVoice({ callerHash, claim, samples, readAtS: nowS, mayHaveClone }, deadline, deps);
};

/** Extends a live voice that would expire too early, if ElevenLabs still has it. */
const extended = async (read: ReadCaller, deadline: Deadline, deps: CallerVoiceDeps): Promise<string | undefined> => {
  const voiceId = cachedVoice(read.caller, read.nowS);
  if (voiceId === undefined) return undefined;
  if ((await getVoice(deps.elevenLabs, voiceId, deadline)) !== undefined)
    return extendVoice(read, deps.cloneSettings.cacheS, deps);
  await deps.callers.write(read.callerHash, withdrawOffer(voiceId));
  return undefined;
};

/** Reads the caller's samples. Returns none if one of them is missing. */
const readSamples = async (caller: Caller, { samples: bucket }: CallerVoiceDeps): Promise<readonly ReadSample[]> => {
  const samples = await Promise.all(samplesOf(caller).map((sample) => readSample(bucket, sample)));
  return samples.every((sample) => sample !== undefined) ? samples : [];
};

/**
 * Returns a claim. An abandoned claim on the same samples is taken over under its own name, so that its clone is found.
 */
const newClaim = (caller: Caller, { nowMs, cloneSettings }: CallerVoiceDeps): CallerClone => {
  const sample_digest = samplesDigest(samplesOf(caller));
  const lease_until = nowMs() + cloneSettings.leaseMs;
  if (caller.clone?.sample_digest === sample_digest) return { ...caller.clone, lease_until };
  const clone_id = `caller_${randomBytes(12).toString('hex')}`;
  return { clone_id, voice_name: voiceName(caller.name, clone_id, new Date(nowMs())), sample_digest, lease_until };
};

interface Making {
  readonly callerHash: string;
  readonly claim: CallerClone;
  readonly samples: readonly ReadSample[];
  /** When the caller was read, in unix seconds. */
  readonly readAtS: number;
  /** Whether an earlier attempt may have made the clone. */
  readonly mayHaveClone: boolean;
}

const makeVoice = async (making: Making, deadline: Deadline, deps: CallerVoiceDeps): Promise<ObtainedVoice> => {
  const { callerHash, claim, readAtS } = making;
  const { callers, voices, cloneSettings, nowMs } = deps;
  const { voiceId, needsVerification } = await clone(making, deadline, deps);
  const validUntilS = Math.floor(nowMs() / 1000) + cloneSettings.cacheS;
  const offer: Offer = { voiceId, sampleDigest: claim.sample_digest, validUntilS };
  // Stored before the id is used anywhere: from now on the voice's expiry deletes it, whatever happens.
  const cached = { ...offer, callerHash, retainS: cloneSettings.cacheS, signedAtS: readAtS };
  const isKept =
    (await voices.write(voiceId, recordCached(cached))) || (await voices.write(voiceId, extend(cached, 0)));
  if (!isKept) {
    await callers.write(callerHash, finishClone(claim.clone_id, undefined));
    return { outcome: 'lost' };
  }
  const isOffered = await callers.write(callerHash, finishClone(claim.clone_id, needsVerification ? undefined : offer));
  if (isOffered && !needsVerification) return { outcome: 'cloned', voiceId };
  await carryOut(voices, voiceId, queueDeletion(voiceId, nowMs()), deps.deletionJobs);
  if (needsVerification) throw new ElevenLabsError('refused', 'requires_verification');
  return { outcome: 'lost' };
};

const clone = async (
  { callerHash, claim, samples, mayHaveClone }: Making,
  deadline: Deadline,
  deps: CallerVoiceDeps,
): Promise<NewVoice> => {
  const identity = { name: claim.voice_name, madeFor: claim.clone_id };
  const earlier = mayHaveClone ? await findClone(identity, deadline, deps) : undefined;
  if (earlier !== undefined) return { voiceId: earlier, needsVerification: false };
  try {
    return await makeClone({ ...identity, samples, about: { samples: samples.length } }, deadline, deps);
  } catch (error) {
    // If the outcome is unknown, the claim stays. After its lease, the next attempt searches for the clone.
    if (!isOutcomeUnknown(error)) await deps.callers.write(callerHash, finishClone(claim.clone_id, undefined));
    throw error;
  }
};
