import * as z from 'zod';
import { elevenLabsId } from '../platform/ids';
import type { Transition } from '../platform/transition';
import type { GreetingSource } from './greeting';
import { type PreCallAnswer, preCallAnswer } from './pre-call/pre-call-answer';

/*
 * The work on a conversation. One attempt at a time holds it; `end` is a region of its own and only ever set.
 *
 *                 claim                    recordClone
 *   (no work) ───────────► cloning ───────────────────────► cloned ──┐ complete
 *                           │  ▲  │ startSharing                     ├──────────► ready
 *                           │  │  └───────────────────────► sharing ─┘
 *                           │  └── cloneAgain ──── cloned, sharing
 *        giveBack           │
 *   open ◄── cloning, sharing           nothing of the attempt is left: the sender may send it again
 *   adoptable ◄── cloned                the sender's next attempt may adopt the clone (leaveForAdoption)
 *   withdrawing ◄── cloning, cloned, adoptable      its voice is being taken back (withdraw); reopen ──► open
 *
 *   ready ── take ──► taken             a call that ElevenLabs asked about has the voice
 *   taken ── giveUpCall ──► ready; taken ── retake ──► taken, by another call
 *
 *   takeOver: from cloning, cloned and sharing after their lease, from adoptable and open immediately.
 *   Claims are in claim-decision.ts, failed attempts in leaving.ts, and calls that take a pre-call in taking.ts.
 */

const held = {
  /** Random id of the attempt that works on it. */
  attempt: z.string(),
  /** Unix milliseconds; after that another attempt may take the work over. */
  lease_until: z.number(),
  voice_name: z.string(),
  /** Keys of the samples in S3. */
  samples: z.array(z.string()),
};
const left = { attempt: z.string(), samples: z.array(z.string()) };

const answered = {
  ...left,
  voice_id: elevenLabsId,
  /** Unix seconds. */
  voice_expires_at: z.number(),
  /** Unix seconds: until then a starting call may take it. */
  valid_until: z.number().default(0),
  /** What the voice was made of: SHA-256 in hex. */
  sample_digest: z.string().optional(),
};

const work = z.discriminatedUnion('state', [
  /** A clone may exist whose id nobody has. */
  z.object({ state: z.literal('cloning'), ...held }),
  /** The conversation has a clone of its own. */
  z.object({ state: z.literal('cloned'), ...held, voice_id: elevenLabsId }),
  /** The conversation is about to use, or uses, a voice that was kept of its caller. */
  z.object({ state: z.literal('sharing'), ...held, voice_id: elevenLabsId }),
  /** The attempt failed for a temporary reason and gave its lease back at `since` (unix milliseconds). */
  z.object({
    state: z.literal('adoptable'),
    ...left,
    voice_name: z.string(),
    voice_id: elevenLabsId,
    since: z.number(),
  }),
  /** The attempt failed, and nothing of it is left. */
  z.object({ state: z.literal('open'), ...left }),
  /** Nobody adopts its voice any more; a deletion job takes it back and then reopens the conversation. */
  z.object({ state: z.literal('withdrawing'), ...left, voice_id: elevenLabsId.optional(), since: z.number() }),
  /** The pre-call was answered, and no call has taken it. */
  z.object({ state: z.literal('ready'), ...answered }),
  /** A call at ElevenLabs was started with the voice. */
  z.object({
    state: z.literal('taken'),
    ...answered,
    /** ElevenLabs' id of the call. */
    call: elevenLabsId,
    /** Unix seconds. */
    taken_at: z.number(),
  }),
]);

/**
 * The CONVERSATION item of the ledger. Without `work` it is a call that took another conversation's pre-call, or is
 * known by its end alone, or was erased.
 */
export const conversation = z.object({
  conversation_id: elevenLabsId,
  agent_id: elevenLabsId.optional(),
  work: work.optional(),
  /** What a ready conversation answers again. Its end removes it, because it quotes the caller. */
  answer: preCallAnswer.optional(),
  /**
   * The greeting that its pre-call prepared; absent where the agent keeps its own. Its end removes it, because it
   * quotes the caller.
   */
  first_message: z.string().optional(),
  /** Where that greeting comes from. It names nobody, and stays. */
  greeting_source: z.enum(['event', 'own', 'greetings', 'default']).optional(),
  /** The conversation whose pre-call this call at ElevenLabs has taken. */
  took: elevenLabsId.optional(),
  /** HMAC of the caller's number; absent where the number makes no key. */
  caller_hash: z.string().optional(),
  /** When its pre-call was signed, in unix seconds. */
  signed_at: z.number().optional(),
  /** Unix milliseconds. */
  ended_at: z.number().optional(),
  /** Unix seconds: its caller was erased, and nothing of them or of the voice is left in the item. */
  erased_at: z.number().optional(),
  /** Unix seconds, as DynamoDB's TTL wants it. */
  expires_at: z.number(),
});

/** A conversation as the ledger has it. */
export type Conversation = z.infer<typeof conversation>;
/** The state of the work on a conversation. */
export type Work = z.infer<typeof work>;
/** Work that one attempt holds. */
export type HeldWork = Extract<Work, { lease_until: number }>;
/** Work whose pre-call was answered. */
export type AnsweredWork = Extract<Work, { voice_expires_at: number }>;

/** Work that an attempt holds until its lease ends; undefined for any other. */
export const heldWork = ({ work: now }: Pick<Conversation, 'work'>): HeldWork | undefined =>
  now !== undefined && 'lease_until' in now ? now : undefined;

/**
 * The voice that the ledger has for a conversation; undefined when it has none, or when a clone's outcome is unknown.
 */
export const voiceOf = ({ work: now }: Pick<Conversation, 'work'>): string | undefined =>
  now !== undefined && 'voice_id' in now ? now.voice_id : undefined;

/** Milliseconds for which an attempt still holds the conversation; 0 when none does. */
export const leaseLeftMs = (seen: Pick<Conversation, 'work'>, nowMs: number): number =>
  Math.max(0, (heldWork(seen)?.lease_until ?? 0) - nowMs);

/** Work whose pre-call was answered; undefined for any other. */
export const answeredWork = ({ work: now }: Pick<Conversation, 'work'>): AnsweredWork | undefined =>
  now?.state === 'ready' || now?.state === 'taken' ? now : undefined;

/** Whether the pre-call was answered and the conversation has not ended. */
export const isAnswered = (seen: Conversation): boolean =>
  answeredWork(seen) !== undefined && seen.ended_at === undefined;

/** ElevenLabs' id of the call that has taken this pre-call; undefined while no call has. */
export const takenBy = ({ work: now }: Pick<Conversation, 'work'>): string | undefined =>
  now?.state === 'taken' ? now.call : undefined;

/** Work as it was read: no other attempt has changed it since. */
export const unchanged = ({ work: now }: Conversation): Transition['from'] =>
  now === undefined ? { work: 'absent' } : { 'work.attempt': { is: now.attempt }, 'work.state': { is: now.state } };

/** The states of work that an attempt holds. */
export const heldStates = ['cloning', 'cloned', 'sharing'] as const;

/** A step of the attempt that holds the conversation. That its lease may have run out is left to whoever takes over. */
const step = (work_: HeldWork, to: Work, others: Transition['to'] = {}): Transition => ({
  region: 'work',
  from: { 'work.attempt': { is: work_.attempt }, 'work.state': { oneOf: heldStates }, ended_at: 'absent' },
  to: { work: to, ...others },
});

const heldFields = ({ attempt, lease_until, voice_name, samples }: HeldWork) => ({
  attempt,
  lease_until,
  voice_name,
  samples,
});

/** The conversation has a clone of its own. */
export const cloned = (now: HeldWork, voiceId: string): HeldWork => ({
  ...heldFields(now),
  state: 'cloned',
  voice_id: voiceId,
});

/** The conversation uses a voice that was kept of its caller. */
export const sharing = (now: HeldWork, voiceId: string): HeldWork => ({
  ...heldFields(now),
  state: 'sharing',
  voice_id: voiceId,
});

/** The conversation's own voice is yet to be cloned, under this name. */
export const cloning = (now: HeldWork, voiceName: string): HeldWork => ({
  ...heldFields(now),
  state: 'cloning',
  voice_name: voiceName,
});

/** Moves work that is held on to its next state. */
export const moveOn = (now: HeldWork, next: HeldWork): Transition => step(now, next);

/** What an answered pre-call is stored with besides its answer. */
export interface Completion {
  /** Unix seconds. */
  readonly voiceExpiresAtS: number;
  /** Until when a starting call may take it, in unix seconds. */
  readonly validUntilS: number;
  readonly sampleDigest: string;
  /** The greeting of a call that takes it; undefined where the agent keeps its own. */
  readonly firstMessage: string | undefined;
  readonly greetingSource: GreetingSource;
}

/** Stores the answer. It is repeated until its voice expires. */
export const complete = (
  now: HeldWork,
  answer: PreCallAnswer,
  { voiceExpiresAtS, validUntilS, sampleDigest, firstMessage, greetingSource }: Completion,
): Transition => {
  const { attempt, samples } = now;
  const voice = { voice_id: answer.voice_id, voice_expires_at: voiceExpiresAtS };
  const ready: Work = {
    ...{ state: 'ready', attempt, samples, ...voice },
    ...{ valid_until: validUntilS, sample_digest: sampleDigest },
  };
  return step(now, ready, { answer, first_message: firstMessage, greeting_source: greetingSource });
};

/** What quotes the caller, removed. */
export const withoutQuotes = { answer: undefined, first_message: undefined };

/**
 * Writes the end of a conversation, known or not, and keeps it until `expiresAtS` (unix seconds). From then on nothing
 * claims or completes it.
 */
export const end = (conversationId: string, endedAtMs: number, expiresAtS: number): Transition => ({
  region: 'end',
  from: { ended_at: 'absent' },
  to: { conversation_id: conversationId, ended_at: endedAtMs, expires_at: expiresAtS, ...withoutQuotes },
});

/**
 * Takes everything of the caller and of the voice out of a conversation that has ended. Without work nothing that comes
 * late writes a voice into it. Undefined while it goes on or an attempt holds it.
 */
export const erase = (seen: Conversation, erasedAtS: number, nowMs: number): Transition | undefined =>
  seen.ended_at === undefined || leaseLeftMs(seen, nowMs) > 0
    ? undefined
    : {
        region: 'work',
        from: { ...unchanged(seen), ended_at: 'present' },
        to: {
          erased_at: erasedAtS,
          work: undefined,
          ...withoutQuotes,
          caller_hash: undefined,
          signed_at: undefined,
        },
      };
