import * as z from 'zod';
import { elevenLabsId } from '../platform/ids';
import { samplesDigest } from '../samples/samples-digest';
import { callerClone, offeredVoice } from './caller-clone';
import { callerConsent } from './consent';

/** A caller's voice sample in S3. */
export const storedSample = z.object({
  key: z.string(),
  /** SHA-256 of the file in hex. */
  sha256: z.string(),
  format: z.enum(['wav', 'mp3', 'ogg']),
});

/** Returns the S3 prefix of a caller's enrolment samples. */
export const enrolledPrefix = (callerHash: string): string => `callers/${callerHash}/`;

/** Returns the S3 key of an enrolment sample. */
export const enrolledSampleKey = (
  callerHash: string,
  { sha256, format }: Pick<StoredSample, 'sha256' | 'format'>,
): string => `${enrolledPrefix(callerHash)}${sha256}.${format}`;

/** A caller's voice sample in S3. */
export type StoredSample = z.infer<typeof storedSample>;

/** A caller's CALLER item in the ledger. Its key is the HMAC of a phone number. */
export const caller = z.object({
  /** The name for greetings. */
  name: z.string().optional(),
  /** The conversation whose pre-call set the name first. If that pre-call fails, it takes the name back. */
  named_by: z.string().optional(),
  /** Samples from the enrolment. */
  enrolled: z.array(storedSample).default([]),
  /** Samples from the newest pre-call, if samples are kept after calls. They may be deleted by now. */
  recent: z.array(storedSample).default([]),
  /** The voice made last for this caller, and the digest of its samples. It may be deleted by now. */
  reusable: offeredVoice.optional(),
  /** Conversations that have begun but not ended. Each has its agent and its start in unix seconds. */
  calls: z.record(z.string(), z.object({ agent_id: elevenLabsId, started_at: z.number() })).default({}),
  clone: callerClone.optional(),
  consent: callerConsent.optional(),
  /** Unix seconds at which the newest enrolment was signed. An older enrolment that arrives again changes nothing. */
  enrolled_at: z.number().optional(),
  /** Unix seconds of the erasure. Requests signed at or before this second cannot restore the caller's data. */
  erased_at: z.number().optional(),
  /** Unix seconds. */
  expires_at: z.number(),
});

/** A caller in the ledger. */
export type Caller = z.infer<typeof caller>;

/** The most, in seconds, that ElevenLabs' clock may be behind ours. */
const clockSlackS = 300;

/**
 * Returns the caller's conversations with this agent, the likeliest match for an end event first. Conversations that
 * began before the call come first, newest first. Those that began later, within the clock difference, follow, oldest
 * first. If the call's start is unknown, sorts all newest first.
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
 * Returns the samples for this caller's voice: from the enrolment if there are any, otherwise from the newest pre-call.
 */
export const samplesOf = ({ enrolled, recent }: Pick<Caller, 'enrolled' | 'recent'>): readonly StoredSample[] =>
  enrolled.length > 0 ? enrolled : recent;

/** Returns whether an erasure makes a request that was signed at `signedAtS` (unix seconds) void. */
export const isErasedFor = ({ erased_at }: Pick<Caller, 'erased_at'>, signedAtS: number): boolean =>
  erased_at !== undefined && signedAtS <= erased_at;

/** Returns whether an erasure or a withdrawal makes a request that was signed at this time (unix seconds) void. */
export const isVoidFor = ({ erased_at, consent }: Pick<Caller, 'erased_at' | 'consent'>, signedAtS: number): boolean =>
  isErasedFor({ erased_at }, signedAtS) || (consent?.state === 'withdrawn' && signedAtS <= consent.signed_at);

/**
 * Returns the caller's voice for a call that starts outside Precall. It must match the caller's current samples, if
 * any, and stay valid until `untilS` (unix seconds). Nothing else protects it during that call.
 */
export const cachedVoice = (
  { enrolled, recent, reusable }: Pick<Caller, 'enrolled' | 'recent' | 'reusable'>,
  untilS: number,
): string | undefined => {
  if (reusable === undefined || reusable.valid_until < untilS) return undefined;
  const samples = samplesOf({ enrolled, recent });
  return samples.length === 0 || samplesDigest(samples) === reusable.sample_digest ? reusable.voice_id : undefined;
};
