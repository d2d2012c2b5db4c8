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

const kept = {
  voice_id: elevenLabsId,
  /** The conversations that use it, each with its agent. */
  users: z.record(z.string(), elevenLabsId).default({}),
  /** Every agent that it was ever meant for: none of them may have it when it is deleted. */
  agents: z.record(z.string(), z.boolean()).default({}),
  /** HMAC of the caller's number; absent where the number makes no key. */
  caller_hash: z.string().optional(),
  sample_digest: z.string().optional(),
  /** The conversation that it was made for; absent for one that was made for calls that start elsewhere. */
  made_for: elevenLabsId.optional(),
  /** Keys of the samples that it was made of, in S3. */
  samples: z.array(z.string()).default([]),
  /** When what it was made for was signed, in unix seconds; absent where that is not known. */
  signed_at: z.number().optional(),
  /** How long it is kept for reuse after a call, in seconds; 0: it goes with its last call. */
  retain_s: z.number().default(0),
  /** Unix seconds, as DynamoDB's TTL wants it. */
  expires_at: z.number(),
};

/** The VOICE item of the ledger: one voice of this installation that may exist at ElevenLabs. */
export const voice = z.discriminatedUnion('state', [
  /** In use, or kept for reuse until its expiry. */
  z.object({ state: z.literal('live'), ...kept }),
  /** Time to live took it away, and it was restored until its end is decided. */
  z.object({ state: z.literal('expiring'), ...kept }),
  /** Nothing leaves this state but its deletion. */
  z.object({ state: z.literal('deleting'), ...kept }),
  /** Gone at ElevenLabs; remembered for a while. */
  z.object({
    state: z.literal('deleted'),
    voice_id: elevenLabsId,
    users: kept.users,
    agents: kept.agents,
    signed_at: kept.signed_at,
    samples: kept.samples,
    expires_at: kept.expires_at,
  }),
]);

/** A voice as the ledger has it. */
export type Voice = z.infer<typeof voice>;
/** A voice that is not deleted. */
export type KeptVoice = Exclude<Voice, { state: 'deleted' }>;

/** What is decided about a voice and then not carried out is taken up again after this, in seconds, by its expiry. */
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
  /** What it was made of: SHA-256 in hex. */
  readonly sampleDigest: string;
  readonly callerHash: string | undefined;
  /** When the request that it was made for was signed, in unix seconds. */
  readonly signedAtS: number;
  /** Keys of its samples in S3. */
  readonly sampleKeys: readonly string[];
  /** How long it is kept after a call, in seconds; 0: it goes with its last call. */
  readonly retainS: number;
}

/** A clone for calls that start elsewhere: no conversation uses it, only its time keeps it. */
export interface CachedVoice {
  readonly voiceId: string;
  readonly callerHash: string;
  readonly sampleDigest: string;
  /** Unix seconds: it lives until then. */
  readonly validUntilS: number;
  /** How long it is kept after a call that reuses it, in seconds. */
  readonly retainS: number;
  /** When the caller was found to be known, in unix seconds: an erasure after that deletes the voice. */
  readonly signedAtS: number;
}

/** Whether its time is over and its deletion waits to be decided. */
export const isOverdue = ({ state, expires_at }: Pick<Voice, 'state' | 'expires_at'>, nowMs: number): boolean =>
  state === 'expiring' || (state === 'live' && expires_at * 1000 <= nowMs);

/**
 * Whether this caller may have this voice again: it is live, kept for reuse, and was made for the same caller from the
 * same sample.
 */
export const isReusable = (
  seen: Voice,
  { callerHash, sampleDigest }: { callerHash: string; sampleDigest: string },
  nowMs: number,
): seen is KeptVoice =>
  seen.state === 'live' &&
  !isOverdue(seen, nowMs) &&
  seen.retain_s > 0 &&
  seen.caller_hash === callerHash &&
  seen.sample_digest === sampleDigest;

const transition = (from: Transition['from'], to: Transition['to']): Transition => ({ region: 'voice', from, to });

/** Records that a clone is live and that its conversation uses it until the clone expires. */
export const record = (made: NewVoice): Transition =>
  transition(
    { pk: 'absent' },
    {
      voice_id: made.voiceId,
      state: 'live',
      users: { [made.conversationId]: made.agentId },
      made_for: made.conversationId,
      agents: { [made.agentId]: true },
      caller_hash: made.callerHash,
      sample_digest: made.sampleDigest,
      samples: made.sampleKeys,
      signed_at: made.signedAtS,
      retain_s: made.retainS,
      expires_at: made.expiresAtS,
    },
  );

/**
 * Records that a clone for calls that start elsewhere is live until it expires. Its samples belong to the caller and
 * are kept after that.
 */
export const recordCached = (made: CachedVoice): Transition =>
  transition(
    { pk: 'absent' },
    {
      voice_id: made.voiceId,
      state: 'live',
      users: {},
      agents: {},
      caller_hash: made.callerHash,
      sample_digest: made.sampleDigest,
      samples: [],
      retain_s: made.retainS,
      signed_at: made.signedAtS,
      expires_at: made.validUntilS,
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

/** A voice that is live at `nowS` lives until then, and as long after a call. */
export const extend = (
  { validUntilS, retainS }: Pick<CachedVoice, 'validUntilS' | 'retainS'>,
  nowS: number,
): Transition =>
  transition({ state: { is: 'live' }, expires_at: { above: nowS } }, { expires_at: validUntilS, retain_s: retainS });

/** A voice that nobody uses is kept for reuse until this expiry (unix seconds). */
export const retain = (expiresAtS: number): Transition =>
  transition({ state: { is: 'live' }, users: 'empty' }, { expires_at: expiresAtS });

/** A voice whose conversation goes on is live again until this expiry (unix seconds). */
export const prolong = (expiresAtS: number): Transition =>
  transition({ state: { oneOf: ['live', 'expiring'] } }, { state: 'live', expires_at: expiresAtS });

/** An item that TTL took away is written again until its end is decided. */
export const restoreExpired = (expired: KeptVoice, expiresAtS: number): Transition =>
  transition(
    { pk: 'absent' },
    { ...expired, state: expired.state === 'live' ? 'expiring' : expired.state, expires_at: expiresAtS },
  );

/** When the deletion of a voice that begins now is taken up again should it be forgotten, in unix seconds. */
const againAtS = (nowMs: number): number => Math.floor(nowMs / 1000) + decisionExpiresAfterS;

/** A voice that nobody uses is to be deleted, whatever its expiry. */
export const markDeleting = (nowMs: number): Transition =>
  transition(
    { state: { oneOf: ['live', 'expiring'] }, users: 'empty' },
    { state: 'deleting', expires_at: againAtS(nowMs) },
  );

/** Like `markDeleting`, and queues a job that deletes the voice, for callers that do not delete it immediately. */
export const queueDeletion = (voiceId: string, nowMs: number): Transition<DeletionJob> => ({
  ...markDeleting(nowMs),
  enqueue: { job: { reason: 'voice_expired', voice_id: voiceId }, delayS: 0 },
});

/** Like `markDeleting`, for a voice that has expired. Undefined for a voice that is not overdue. */
export const markOverdueDeleting = (
  seen: Pick<Voice, 'state' | 'expires_at'>,
  nowMs: number,
): Transition | undefined =>
  isOverdue(seen, nowMs)
    ? transition(
        { state: { is: seen.state }, expires_at: { is: seen.expires_at }, users: 'empty' },
        { state: 'deleting', expires_at: againAtS(nowMs) },
      )
    : undefined;

/** A voice that the ledger did not know is to be deleted; these agents may have it. */
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

/** The voice is gone at ElevenLabs, and is remembered until this expiry (unix seconds). Nothing of its caller stays. */
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
