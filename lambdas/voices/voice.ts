import * as z from 'zod';
import { elevenLabsId } from '../platform/ids';
import type { Transition } from '../platform/transition';
import type { DeletionJob } from './deletion-job';

/*
 * A voice that this installation made. State and expiry are the machine; users come and go by path, and only a voice
 * without users can be marked for deletion.
 *
 *   (none) ── record, recordCached ──► live ──┐ markDeleting            markDeleted
 *                        ▲   prolong    │     ├──────────────► deleting ───────────► deleted
 *                        └───────── expiring ─┘                  ▲
 *   (TTL took it away) ── restoreExpired ──► expiring            │
 *   (none) ── markUnknownDeleting ───────────────────────────────┘
 */

const keptShape = {
  voice_id: elevenLabsId,
  /** The conversations that use the voice, each with its agent. */
  users: z.record(z.string(), elevenLabsId).default({}),
  /** Every agent that the voice was ever meant for. None of them may have it when it is deleted. */
  agents: z.record(z.string(), z.boolean()).default({}),
  /** HMAC of the caller's number; absent without a usable number. */
  caller_hash: z.string().optional(),
  sample_digest: z.string().optional(),
  /** The conversation that the voice was made for; absent if it was made for calls without a pre-call. */
  made_for: elevenLabsId.optional(),
  /** Keys in S3 of the samples that the voice was made of. */
  samples: z.array(z.string()).default([]),
  /** When the request for the voice was signed, in unix seconds; absent if unknown. */
  signed_at: z.number().optional(),
  /** How long the voice is kept for reuse after a call, in seconds; 0: deleted with its last call. */
  retain_s: z.number().default(0),
  /** Unix seconds, for DynamoDB's TTL. */
  expires_at: z.number(),
};

/** The VOICE item of the ledger: one voice of this installation that may exist at ElevenLabs. */
export const voiceItem = z.discriminatedUnion('state', [
  /** In use, or kept for reuse until its expiry. */
  z.object({ state: z.literal('live'), ...keptShape }),
  /** DynamoDB's TTL removed the item, and it was restored until the voice's end is decided. */
  z.object({ state: z.literal('expiring'), ...keptShape }),
  /** The voice is being deleted; only `deleted` follows. */
  z.object({ state: z.literal('deleting'), ...keptShape }),
  /** Deleted at ElevenLabs; the item is kept for a while. */
  z.object({
    state: z.literal('deleted'),
    voice_id: elevenLabsId,
    users: keptShape.users,
    agents: keptShape.agents,
    signed_at: keptShape.signed_at,
    samples: keptShape.samples,
    expires_at: keptShape.expires_at,
  }),
]);

/** A voice as stored in the ledger. */
export type Voice = z.infer<typeof voiceItem>;
/** A voice that is not deleted. */
export type KeptVoice = Exclude<Voice, { state: 'deleted' }>;

/** Seconds that a decision about a voice may remain undone. Then the voice's expiry starts the work again. */
export const decisionExpiresAfterS = 24 * 3600;

/** A conversation that uses a voice on an agent. */
export interface VoiceUse {
  readonly voiceId: string;
  readonly conversationId: string;
  readonly agentId: string;
  /** Unix seconds; DynamoDB's TTL then starts the voice's deletion. */
  readonly expiresAtS: number;
}

/** A clone that was just made or adopted. */
export interface NewVoice extends VoiceUse {
  /** SHA-256 of the samples, in hex. */
  readonly sampleDigest: string;
  readonly callerHash: string | undefined;
  /** When the request for the voice was signed, in unix seconds. */
  readonly signedAtS: number;
  /** Keys of the samples in S3. */
  readonly sampleKeys: readonly string[];
  /** How long the voice is kept after a call, in seconds; 0: deleted with its last call. */
  readonly retainS: number;
}

/** A clone for calls without a pre-call. No conversation uses it: it lives until its expiry. */
export interface CachedVoice {
  readonly voiceId: string;
  readonly callerHash: string;
  readonly sampleDigest: string;
  /** Until when the voice lives, in unix seconds. */
  readonly validUntilS: number;
  /** How long the voice is kept after a call that reuses it, in seconds. */
  readonly retainS: number;
  /** When the caller was read, in unix seconds. An erasure after that deletes the voice. */
  readonly signedAtS: number;
}

/** Returns whether the voice has expired and its deletion is still to be decided. */
export const isOverdue = ({ state, expires_at }: Pick<Voice, 'state' | 'expires_at'>, nowMs: number): boolean =>
  state === 'expiring' || (state === 'live' && expires_at * 1000 <= nowMs);

/**
 * Returns whether this caller may reuse this voice: it is live, kept for reuse, and was made for the same caller from
 * the same sample.
 */
export const isReusable = (
  voice: Voice,
  { callerHash, sampleDigest }: { callerHash: string; sampleDigest: string },
  nowMs: number,
): voice is KeptVoice =>
  voice.state === 'live' &&
  !isOverdue(voice, nowMs) &&
  voice.retain_s > 0 &&
  voice.caller_hash === callerHash &&
  voice.sample_digest === sampleDigest;

const transition = (from: Transition['from'], to: Transition['to']): Transition => ({ region: 'voice', from, to });

/** Records that a clone is live and that its conversation uses it until the clone expires. */
export const record = (voice: NewVoice): Transition =>
  transition(
    { pk: 'absent' },
    {
      voice_id: voice.voiceId,
      state: 'live',
      users: { [voice.conversationId]: voice.agentId },
      made_for: voice.conversationId,
      agents: { [voice.agentId]: true },
      caller_hash: voice.callerHash,
      sample_digest: voice.sampleDigest,
      samples: voice.sampleKeys,
      signed_at: voice.signedAtS,
      retain_s: voice.retainS,
      expires_at: voice.expiresAtS,
    },
  );

/** Records that a clone for calls without a pre-call is live until it expires. The caller keeps its samples. */
export const recordCached = (voice: CachedVoice): Transition =>
  transition(
    { pk: 'absent' },
    {
      voice_id: voice.voiceId,
      state: 'live',
      users: {},
      agents: {},
      caller_hash: voice.callerHash,
      sample_digest: voice.sampleDigest,
      samples: [],
      retain_s: voice.retainS,
      signed_at: voice.signedAtS,
      expires_at: voice.validUntilS,
    },
  );

/** Records that a conversation uses a voice that is live and expires after `nowS`. */
export const addUser = ({ conversationId, agentId, expiresAtS }: VoiceUse, nowS: number): Transition =>
  transition(
    { state: { is: 'live' }, expires_at: { above: nowS } },
    { [`users.${conversationId}`]: agentId, [`agents.${agentId}`]: true, expires_at: expiresAtS },
  );

/** Records that a conversation no longer uses the voice. */
export const endUse = (conversationId: string): Transition =>
  transition({ [`users.${conversationId}`]: 'present' }, { [`users.${conversationId}`]: undefined });

/** Extends a voice that is live at `nowS`, and sets how long it is kept after a call. */
export const extend = (
  { validUntilS, retainS }: Pick<CachedVoice, 'validUntilS' | 'retainS'>,
  nowS: number,
): Transition =>
  transition({ state: { is: 'live' }, expires_at: { above: nowS } }, { expires_at: validUntilS, retain_s: retainS });

/** Keeps a voice without users for reuse until this expiry (unix seconds). */
export const retain = (expiresAtS: number): Transition =>
  transition({ state: { is: 'live' }, users: 'empty' }, { expires_at: expiresAtS });

/** Makes a voice whose conversation goes on live again until this expiry (unix seconds). */
export const prolong = (expiresAtS: number): Transition =>
  transition({ state: { oneOf: ['live', 'expiring'] } }, { state: 'live', expires_at: expiresAtS });

/** Restores an item that TTL removed, until the voice's end is decided. */
export const restoreExpired = (expired: KeptVoice, expiresAtS: number): Transition =>
  transition(
    { pk: 'absent' },
    { ...expired, state: expired.state === 'live' ? 'expiring' : expired.state, expires_at: expiresAtS },
  );

/** Returns when a deletion that begins now is resumed if it does not finish, in unix seconds. */
const againAtS = (nowMs: number): number => Math.floor(nowMs / 1000) + decisionExpiresAfterS;

/** Marks a voice without users for deletion, whatever its expiry. */
export const markDeleting = (nowMs: number): Transition =>
  transition(
    { state: { oneOf: ['live', 'expiring'] }, users: 'empty' },
    { state: 'deleting', expires_at: againAtS(nowMs) },
  );

/** Like `markDeleting`, and queues a deletion job. For code that does not delete the voice itself. */
export const queueDeletion = (voiceId: string, nowMs: number): Transition<DeletionJob> => ({
  ...markDeleting(nowMs),
  enqueue: { job: { reason: 'voice_expired', voice_id: voiceId }, delayS: 0 },
});

/** Like `markDeleting`, for an expired voice. Returns undefined for a voice that is not overdue. */
export const markOverdueDeleting = (
  voice: Pick<Voice, 'state' | 'expires_at'>,
  nowMs: number,
): Transition | undefined =>
  isOverdue(voice, nowMs)
    ? transition(
        { state: { is: voice.state }, expires_at: { is: voice.expires_at }, users: 'empty' },
        { state: 'deleting', expires_at: againAtS(nowMs) },
      )
    : undefined;

/** Marks a voice that the ledger did not have for deletion. These agents may have it. */
export const markUnknownDeleting = (voiceId: string, agentIds: Iterable<string>, nowMs: number): Transition =>
  transition(
    { pk: 'absent' },
    {
      voice_id: voiceId,
      state: 'deleting',
      users: {},
      agents: Object.fromEntries([...agentIds].map((agentId) => [agentId, true])),
      expires_at: againAtS(nowMs),
    },
  );

/** Records that a voice is gone at ElevenLabs, without caller data. Keeps the item until this expiry (unix seconds). */
export const markDeleted = (expiresAtS: number): Transition =>
  transition(
    { state: { is: 'deleting' } },
    {
      state: 'deleted',
      expires_at: expiresAtS,
      caller_hash: undefined,
      sample_digest: undefined,
      samples: undefined,
      retain_s: undefined,
    },
  );
