import { createHash } from 'node:crypto';
import * as z from 'zod';
import { elevenLabsId } from '../platform/ids';

/**
 * A call that we have ElevenLabs place. `placing`: it may ring, and nobody knows its ids yet; one that stays so is never
 * repeated, as it rings a person's phone. `unknown`: the answer got lost. `failed`: ElevenLabs refused it. `expired`: its time was over.
 */
const leg = z.object({
  state: z.enum(['placing', 'placed', 'unknown', 'failed', 'expired']),
  /** Random id of the attempt that places it. */
  attempt: z.string(),
  conversation_id: elevenLabsId.optional(),
  /** The first of conversation id, Twilio's or SIP's call id that ElevenLabs gave. */
  call_id: z.string().optional(),
  voice_id: elevenLabsId.optional(),
  /** ElevenLabs' code, where it refused. */
  code: z.string().optional(),
});

/** A call that we have ElevenLabs place. */
export type Leg = z.infer<typeof leg>;

/** The CALL item of the ledger: a call of 3CX, and what was placed for it. */
export const threeCxCall = z.object({
  /** As 3CX calls it. */
  threecx_call_id: z.string(),
  /** Random id of the delivery that claimed it; absent on one that is known by later events alone. */
  attempt: z.string().optional(),
  /** In E.164 form; absent where the caller's number is none. */
  caller_number: z.string().optional(),
  caller_hash: z.string().optional(),
  /** Unix milliseconds. */
  received_at: z.number().optional(),
  greeting: leg.optional(),
  agent_call: leg.optional(),
  /** Whether the jobs that go on with it are queued. */
  is_queued: z.boolean().default(false),
  /** Unix milliseconds at which the agent's call was dialled anew after a busy line. */
  redialled_at: z.number().optional(),
  /** Unix seconds. */
  expires_at: z.number(),
});

/** A call of 3CX as the ledger has it. */
export type ThreeCxCall = z.infer<typeof threeCxCall>;

/** What a call of 3CX is kept under: its id may hold anything, a telephone number too. */
export const callDigest = (threeCxCallId: string): string => createHash('sha256').update(threeCxCallId).digest('hex');

/** A line that was busy is tried again after this, in seconds. */
export const redialAfterS = 20;

/** An agent's call that could not be placed for this long, in milliseconds, would surprise whoever is called. */
const placeableMs = 15 * 60_000;

/** Whether it is too late to call anybody because of this call. */
export const isTooLate = ({ received_at = 0 }: ThreeCxCall, nowMs: number): boolean =>
  received_at + placeableMs <= nowMs;

/** Longest that a phone may ring, in seconds: ElevenLabs' own default. */
const longestRingingS = 60;

/** How long a greeting of this longest duration may ring, in seconds. */
export const greetingRingsS = (greetingMaxS: number): number => Math.min(longestRingingS, Math.ceil(greetingMaxS));

/** When the line is free at the latest, in unix milliseconds: the greeting rings for so long, and from then on has a longest duration. */
export const lineFreeAtMs = ({ received_at = 0, greeting }: ThreeCxCall, greetingMaxS: number): number => {
  const mayBeSpeaking = greeting !== undefined && greeting.state !== 'failed' && greeting.state !== 'expired';
  return mayBeSpeaking ? received_at + (greetingRingsS(greetingMaxS) + greetingMaxS) * 1000 : received_at;
};
