import * as z from 'zod';
import { elevenLabsId } from '../../platform/ids';
import { phoneNumberText } from '../../platform/short-text';
import type { Transition } from '../../platform/transition';
import type { Counted } from './erasure-pages';

/** The most conversations that one request names. */
const maxConversations = 100;

/**
 * The body of `POST /callers/erase`: a caller by the number, or a caller without a number by the conversations, with
 * the ids of the pre-calls or those of ElevenLabs.
 */
export const erasureRequest = z
  .object({
    type: z.literal('caller_erase'),
    phone_number: phoneNumberText.exactOptional(),
    conversation_ids: z.array(elevenLabsId).min(1).max(maxConversations).exactOptional(),
  })
  .refine(({ phone_number, conversation_ids }) => (phone_number === undefined) !== (conversation_ids === undefined), {
    path: ['phone_number'],
    message: 'expected a phone number, or conversation_ids in its place',
  });

const erasureId = z.string().regex(/^[0-9a-f]{32}$/, 'expected an id that POST /callers/erase gave');

/** The body of `POST /callers/erasure`. */
export const erasureStatusRequest = z.object({ type: z.literal('erasure_status'), erasure_id: erasureId });

/** A message in the erasure queue. */
export const erasureJob = z.object({
  erasure_id: erasureId,
  /** Unix seconds. */
  requested_at: z.number(),
  /** Random ids of the caller's clones that were being created. Possibly no item names their voices. */
  clone_ids: z.array(elevenLabsId).default([]),
});

/** A job for an erasure. */
export type ErasureJob = z.infer<typeof erasureJob>;

/** How long an erasure and its result are kept, in seconds. */
export const erasureKeptS = 90 * 24 * 3600;

/** How long a caller or a call stays marked as erased, in seconds. Nothing about it arrives later. */
export const markKeptS = 30 * 24 * 3600;

/*
 * An erasure is a head and write-once pages of what was found:
 *
 *   head:   running ── a pass found nothing, and the last page is sealed ──► closing ── all pages are reduced ──► done
 *   page n: (none) ──► filled ──► reduced    what the report names stays, everything else goes
 *              └─────► sealed                the last page: no pass can add anything after it
 *
 * Passes may run twice or at the same time: a page is written only where there is none, and a page that is sealed stops
 * whoever comes later. No item grows, so that an erasure may find any number of calls.
 */

const head = z.object({
  erasure_id: erasureId,
  /** Unix seconds. */
  requested_at: z.number(),
  expires_at: z.number(),
});

const keptBecause = z.enum(['switched_off', 'not_permitted', 'refused']);

/** Why conversations stay at ElevenLabs: `ERASE_AT_ELEVENLABS` is off, the key may not delete, or each was refused. */
export type KeptBecause = z.infer<typeof keptBecause>;

const kept = z.object({
  /** Number of items that prove a consent or a withdrawal. Absent for a caller without a number, who has no key. */
  consents: z.number().exactOptional(),
  conversations_because: keptBecause.optional(),
});

/** What remains after an erasure. */
export type Kept = z.infer<typeof kept>;

const closing = head.extend({
  finished_at: z.number(),
  counts: z.record(z.string(), z.number()),
  /** Absent if an earlier version closed the erasure. */
  kept: kept.optional(),
});

/** The ERASURE item in the ledger. */
export const erasure = z.discriminatedUnion('state', [
  head.extend({
    state: z.literal('running'),
    /** Unix seconds. Requests signed, and calls begun, at or before this time are erased. */
    erased_at: z.number(),
    /** Unix seconds by which all work that ran when the erasure was requested has ended. */
    settled_at: z.number(),
    /** The caller's keys, one under each current value of the secret. None for a caller without a number. */
    caller_hashes: z.array(z.string()),
    /** The conversations of a caller without a number, as the request names them. */
    conversation_ids: z.array(elevenLabsId).default([]),
  }),
  closing.extend({ state: z.literal('closing') }),
  closing.extend({ state: z.literal('done') }),
]);

/** An erasure in the ledger. */
export type Erasure = z.infer<typeof erasure>;
/** An erasure that is not finished. */
export type RunningErasure = Extract<Erasure, { state: 'running' }>;

/** Begins an erasure. The job is queued first, because an erasure without a job would keep the caller's keys. */
export const beginErasure = (begun: Omit<RunningErasure, 'state'>): Transition => ({
  region: 'erasure',
  from: { state: 'absent' },
  to: { ...begun, state: 'running' },
});

/** Ends the search. The counts become final, and references to the caller are removed. */
export const closeErasure = (counts: Readonly<Record<Counted, number>>, remaining: Kept, atS: number): Transition => ({
  region: 'erasure',
  from: { state: { is: 'running' } },
  to: {
    state: 'closing',
    finished_at: atS,
    counts,
    kept: remaining,
    erased_at: undefined,
    settled_at: undefined,
    caller_hashes: undefined,
    conversation_ids: undefined,
  },
});

/** Ends the erasure once its pages are reduced. */
export const finishErasure: Transition = {
  region: 'erasure',
  from: { state: { is: 'closing' } },
  to: { state: 'done' },
};

/** Returns whether a call that began at this time (unix seconds) is erased. An unknown start counts as erased. */
export const isErasedCall = (
  { erased_at }: Pick<RunningErasure, 'erased_at'>,
  beganAtS: number | null | undefined,
): boolean => (beganAtS ?? 0) <= erased_at;
