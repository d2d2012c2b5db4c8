import * as z from 'zod';
import { elevenLabsId } from '../platform/ids';
import { samplesDigest } from '../samples/samples-digest';
import { callerClone, offeredVoice } from './caller-clone';
import { callerConsent } from './consent';

/** A voice sample of a caller, as it lies in S3. */
export const storedSample = z.object({
  key: z.string(),
  /** SHA-256 of the file in hex. */
  sha256: z.string(),
  format: z.enum(['wav', 'mp3', 'ogg']),
});

/** Where S3 keeps what a caller was enrolled with, below the caller's key. */
export const enrolledPrefix = (callerHash: string): string => `callers/${callerHash}/`;

/** Where S3 keeps an enrolled sample. */
export const enrolledSampleKey = (
  callerHash: string,
  { sha256, format }: Pick<StoredSample, 'sha256' | 'format'>,
): string => `${enrolledPrefix(callerHash)}${sha256}.${format}`;

/** A voice sample of a caller, as it lies in S3. */
export type StoredSample = z.infer<typeof storedSample>;

/** The CALLER item of the ledger, under the HMAC of a phone number. */
export const caller = z.object({
  /** As it goes into a greeting. */
  name: z.string().optional(),
  /** Samples that were given for good. */
  enrolled: z.array(storedSample).default([]),
  /** Samples of the newest pre-call, where samples are kept beyond the call; they may be gone. */
  recent: z.array(storedSample).default([]),
  /** The voice that was made last of this caller, and of what; it may be gone. */
  reusable: offeredVoice.optional(),
  /**
   * Conversations that were begun and whose end has not come, each with its agent and its beginning in unix seconds.
   */
  calls: z.record(z.string(), z.object({ agent_id: elevenLabsId, started_at: z.number() })).default({}),
  clone: callerClone.optional(),
  consent: callerConsent.optional(),
  /** When the newest enrolment was signed, in unix seconds: an older one that is delivered again changes nothing. */
  enrolled_at: z.number().optional(),
  /** Unix seconds: what was signed up to then, in that very second too, brings nothing of this caller back. */
  erased_at: z.number().optional(),
  /** Unix seconds. */
  expires_at: z.number(),
});

/** A caller as the ledger has it. */
export type Caller = z.infer<typeof caller>;

/** ElevenLabs' clock is at most this long behind ours, in seconds. */
const clockSlackS = 300;

/**
 * The conversations that this caller has with this agent, those first that an end is most likely to mean: the newest
 * that began before the call did; then, oldest first, those that began later by no more than the clocks may differ. If
 * nobody knows when the call began, the newest first.
 */
export const conversationsWith = (
  { calls }: Pick<Caller, 'calls'>,
  agentId: string,
  startedAtS = Infinity,
): string[] => {
  const newestFirst = Object.entries(calls)
    .filter(([, call]) => call.agent_id === agentId)
    .sort(([, a], [, b]) => b.started_at - a.started_at);
  const begun = newestFirst.filter(([, call]) => call.started_at <= startedAtS);
  const later = newestFirst.filter(
    ([, call]) => call.started_at > startedAtS && call.started_at <= startedAtS + clockSlackS,
  );
  return [...begun, ...later.reverse()].map(([conversationId]) => conversationId);
};

/**
 * The samples that a voice of this caller is made of: those that were given for good, else those of the newest
 * pre-call.
 */
export const samplesOf = ({ enrolled, recent }: Pick<Caller, 'enrolled' | 'recent'>): readonly StoredSample[] =>
  enrolled.length > 0 ? enrolled : recent;

/** Whether something that was signed at this moment, in unix seconds, is made void by an erasure. */
export const isErasedFor = ({ erased_at }: Pick<Caller, 'erased_at'>, signedAtS: number): boolean =>
  erased_at !== undefined && signedAtS <= erased_at;

/** Whether an erasure or a withdrawal makes void what was signed at this moment, in unix seconds. */
export const isVoidFor = (seen: Pick<Caller, 'erased_at' | 'consent'>, signedAtS: number): boolean =>
  isErasedFor(seen, signedAtS) || (seen.consent?.state === 'withdrawn' && signedAtS <= seen.consent.signed_at);

/**
 * The caller's voice for a call that starts elsewhere: made of the samples that the caller has now, and valid until
 * `untilS` at least (unix seconds), as nothing else keeps it for that call.
 */
export const cachedVoice = (
  seen: Pick<Caller, 'enrolled' | 'recent' | 'reusable'>,
  untilS: number,
): string | undefined => {
  const { reusable } = seen;
  if (reusable === undefined || reusable.valid_until < untilS) return undefined;
  const samples = samplesOf(seen);
  return samples.length === 0 || samplesDigest(samples) === reusable.sample_digest ? reusable.voice_id : undefined;
};
