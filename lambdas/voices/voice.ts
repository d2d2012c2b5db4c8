import * as z from 'zod';
import { elevenLabsId } from '../platform/ids';

/** The VOICE item of the ledger: one voice of ours that may exist at ElevenLabs. */
export const voice = z.object({
  voice_id: elevenLabsId,
  /**
   * `live`: in use, or kept for reuse until its expiry. `expiring`: time to live took it away, and it was put back until its
   * end is decided. `deleting`: nothing leaves this but its deletion. `deleted`: gone at ElevenLabs; remembered for a while.
   */
  state: z.enum(['live', 'expiring', 'deleting', 'deleted']),
  /** The conversations that use it, each with its agent. */
  users: z.record(z.string(), elevenLabsId).default({}),
  /** Every agent that it was ever meant for: none of them may have it when it is deleted. */
  agents: z.record(z.string(), z.boolean()).default({}),
  /** HMAC of the caller's number; absent where the number makes no key. */
  caller_hash: z.string().optional(),
  sample_digest: z.string().optional(),
  /** Keys of the samples that it was made of, in S3. */
  samples: z.array(z.string()).default([]),
  /** When what it was made for was signed, in unix seconds; absent where that is not known. */
  signed_at: z.number().optional(),
  /** How long it is kept for reuse after a call, in seconds; 0: it goes with its last call. */
  retain_s: z.number().default(0),
  /** Unix seconds, as DynamoDB's TTL wants it. */
  expires_at: z.number(),
});

/** A voice as the ledger has it. */
export type Voice = z.infer<typeof voice>;

/** What is decided about a voice and then forgotten is taken up again after this, in seconds, by its expiry. */
export const forgottenAfterS = 24 * 3600;

/** Whether its time is over and it waits for its deletion to be decided. */
export const isOverdue = ({ state, expires_at }: Pick<Voice, 'state' | 'expires_at'>, nowMs: number): boolean =>
  state === 'expiring' || (state === 'live' && expires_at * 1000 <= nowMs);

/** Whether this caller may have this voice again: it is live, and was made for the same caller from the same sample. */
export const isReusable = (
  seen: Voice,
  { callerHash, sampleDigest }: { callerHash: string; sampleDigest: string },
  nowMs: number,
): boolean =>
  seen.state === 'live' &&
  !isOverdue(seen, nowMs) &&
  seen.retain_s > 0 &&
  seen.caller_hash === callerHash &&
  seen.sample_digest === sampleDigest;
