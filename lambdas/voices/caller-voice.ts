import { randomBytes } from 'node:crypto';
import { cachedVoice, type Caller, type CloneClaim, samplesOf } from '../callers/caller';
import { ElevenLabsError } from '../elevenlabs/errors';
import { createVoice, findVoice, getVoice } from '../elevenlabs/voices';
import type { Offer } from '../ledger/callers';
import type { Deadline } from '../platform/deadline';
import { samplesDigest } from '../samples/samples-digest';
import { type ReadSample, readSample } from '../samples/stored-samples';
import type { CloneWorkerDeps } from '../three-cx/worker-deps';
import { forgottenAfterS } from './voice';
import { voiceDescription, voiceLabels, voiceName } from './voice-identity';

/** What came of the wish for a caller's voice. */
export type ObtainedVoice =
  | { readonly outcome: 'cached' | 'cloned'; readonly voiceId: string }
  /** `no_sample`: nothing to make it of. `claimed`: another attempt is making it until `untilMs`. `lost`: the caller was erased, or the clone given up, meanwhile. */
  | { readonly outcome: 'no_sample' | 'lost' }
  | { readonly outcome: 'claimed'; readonly untilMs: number };

/**
 * A voice of this caller that is sure to live through the longest call: the one that there is, extended if need be, or a clone of
 * the stored samples. At most one attempt at a time makes one; an attempt that died is followed by a search for what it made.
 * Throws ElevenLabsError, ServiceError.
 */
export const obtainCallerVoice = async (
  callerHash: string,
  deadline: Deadline,
  deps: CloneWorkerDeps,
): Promise<ObtainedVoice> => {
  const { callers, nowMs, settings } = deps;
  const nowS = Math.floor(nowMs() / 1000);
  const caller = await callers.read(callerHash, nowS);
  if (caller === undefined) return { outcome: 'no_sample' };
  const voiceId =
    cachedVoice(caller, nowS + settings.longestCallS) ?? (await extended(callerHash, { caller, nowS }, deadline, deps));
  if (voiceId !== undefined) return { outcome: 'cached', voiceId };
  const seen = caller.clone;
  if (seen !== undefined && seen.lease_until > nowMs()) return { outcome: 'claimed', untilMs: seen.lease_until };
  const samples = await readSamples(caller, deps);
  if (samples.length === 0) return { outcome: 'no_sample' };
  const claim = newClaim(caller, seen, deps);
  if (!(await deps.claims.claim(callerHash, claim, seen, nowS))) {
    const now = (await callers.read(callerHash, nowS))?.clone;
    if (now?.clone_id !== claim.clone_id || now.lease_until !== claim.lease_until)
      return now === undefined ? { outcome: 'lost' } : { outcome: 'claimed', untilMs: now.lease_until };
  }
  return makeVoice(
    { callerHash, claim, samples, seenAtS: nowS, mayExist: seen?.clone_id === claim.clone_id },
    deadline,
    deps,
  );
};

/** A voice that lives, but not long enough, is kept for longer. */
const extended = async (
  callerHash: string,
  { caller, nowS }: { caller: Caller; nowS: number },
  deadline: Deadline,
  { voices, callers, cloneSettings, elevenLabs }: CloneWorkerDeps,
): Promise<string | undefined> => {
  const voiceId = cachedVoice(caller, 0);
  const seen = voiceId === undefined ? undefined : await voices.read(voiceId);
  if (voiceId === undefined || seen === undefined) return undefined;
  if ((await getVoice(elevenLabs, voiceId, deadline)) === undefined) {
    await callers.withdrawOffer(callerHash, voiceId);
    return undefined;
  }
  // A pre-call may have it kept for longer than the cache would.
  const validUntilS = Math.max(nowS + cloneSettings.cacheS, seen.expires_at);
  const retainS = Math.max(cloneSettings.cacheS, seen.retain_s);
  if (!(await voices.cacheUntil(voiceId, validUntilS, retainS, nowS))) return undefined;
  const offer = { voiceId, sampleDigest: caller.reusable?.sample_digest ?? '', validUntilS };
  return (await callers.offer(callerHash, offer, nowS, validUntilS)) ? voiceId : undefined;
};

const readSamples = async (caller: Caller, { samples }: CloneWorkerDeps): Promise<readonly ReadSample[]> => {
  const wanted = samplesOf(caller);
  const read = await Promise.all(wanted.map((sample) => readSample(samples, sample)));
  return read.every((sample) => sample !== undefined) ? read : [];
};

/** A claim that another attempt left behind is taken over under its own name, so that its clone is found. */
const newClaim = (
  caller: Caller,
  seen: CloneClaim | undefined,
  { nowMs, cloneSettings }: CloneWorkerDeps,
): CloneClaim => {
  const sample_digest = samplesDigest(samplesOf(caller));
  const lease_until = nowMs() + cloneSettings.leaseMs;
  if (seen?.sample_digest === sample_digest) return { ...seen, lease_until };
  const clone_id = `caller_${randomBytes(12).toString('hex')}`;
  return { clone_id, voice_name: voiceName(caller.name, clone_id, new Date(nowMs())), sample_digest, lease_until };
};

interface Making {
  readonly callerHash: string;
  readonly claim: CloneClaim;
  readonly samples: readonly ReadSample[];
  /** When the caller was read, in unix seconds. */
  readonly seenAtS: number;
  /** Whether an earlier attempt may have made it. */
  readonly mayExist: boolean;
}

const makeVoice = async (making: Making, deadline: Deadline, deps: CloneWorkerDeps): Promise<ObtainedVoice> => {
  const { callerHash, claim, seenAtS } = making;
  const { claims, voices, cloneSettings, nowMs } = deps;
  const voiceId = await clone(making, deadline, deps);
  const validUntilS = Math.floor(nowMs() / 1000) + cloneSettings.cacheS;
  const made: Offer = { voiceId, sampleDigest: claim.sample_digest, validUntilS };
  // Durable before anybody is told of it: from here on expiry deletes it, whatever happens.
  if (!(await voices.cache({ ...made, callerHash, retainS: cloneSettings.cacheS, signedAtS: seenAtS }))) {
    await claims.finish(callerHash, claim.clone_id, undefined);
    return { outcome: 'lost' };
  }
  if (await claims.finish(callerHash, claim.clone_id, made)) return { outcome: 'cloned', voiceId };
  const now = await deps.callers.read(callerHash, 0);
  if (now?.reusable?.voice_id === voiceId) return { outcome: 'cloned', voiceId };
  await voices.markDeleting(voiceId, Math.floor(nowMs() / 1000) + forgottenAfterS);
  await deps.deletionJobs.enqueue({ reason: 'voice_expired', voice_id: voiceId }, 0);
  return { outcome: 'lost' };
};

const clone = async (
  { callerHash, claim, samples, mayExist }: Making,
  deadline: Deadline,
  { elevenLabs, claims, installationId, log, meter, nowMs }: CloneWorkerDeps,
): Promise<string> => {
  const identity = { name: claim.voice_name, description: voiceDescription(claim.clone_id, await installationId()) };
  const earlier = mayExist ? await findVoice(elevenLabs, identity, deadline) : undefined;
  if (earlier !== undefined) return earlier;
  const startedMs = nowMs();
  log.info('voice_clone_start', { samples: samples.length });
  meter.count('VoiceClonesRequested');
  try {
    const voiceId = await createVoice(
      elevenLabs,
      { ...identity, labels: voiceLabels(claim.clone_id), samples },
      deadline,
    );
    log.info('voice_clone_success', { voice_id: voiceId, duration_ms: nowMs() - startedMs });
    meter.durationMs('VoiceCloneDuration', nowMs() - startedMs);
    return voiceId;
  } catch (error) {
    const outcomeUnknown = !(error instanceof ElevenLabsError) || error.outcomeUnknown;
    log.error('voice_clone_failed', error, { outcome_unknown: outcomeUnknown });
    meter.count('VoiceCloneFailures');
    meter.countBy('VoiceClonesFailed', 'Code', error instanceof ElevenLabsError ? error.code : 'unknown');
    // Of unknown outcome: the claim stays, and whoever comes after its lease searches for it.
    if (!outcomeUnknown) await claims.finish(callerHash, claim.clone_id, undefined);
    throw error;
  }
};
