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
 *   Claims are in claim-decision.ts, failed attempts in failed-pre-call.ts, and calls that take a pre-call in
 *   starting-call.ts.
 */

const heldShape = {
  /** Random id of the attempt that holds the conversation. */
  attempt: z.string(),
  /** Unix milliseconds; after that, another attempt may take over. */
  lease_until: z.number(),
  voice_name: z.string(),
  /** Keys of the samples in S3. */
  samples: z.array(z.string()),
};
const releasedShape = { attempt: z.string(), samples: z.array(z.string()) };

const answeredShape = {
  ...releasedShape,
  voice_id: elevenLabsId,
  /** Unix seconds. */
  voice_expires_at: z.number(),
  /** Until when a starting call may take the pre-call, in unix seconds. */
  valid_until: z.number().default(0),
  /** SHA-256 of the samples that the voice was made of, in hex. */
  sample_digest: z.string().optional(),
};

const workSchema = z.discriminatedUnion('state', [
  /** A clone may exist, but its id is unknown. */
  z.object({ state: z.literal('cloning'), ...heldShape }),
  /** The conversation has a clone of its own. */
  z.object({ state: z.literal('cloned'), ...heldShape, voice_id: elevenLabsId }),
  /** The conversation uses, or is about to use, a voice that was kept for its caller. */
  z.object({ state: z.literal('sharing'), ...heldShape, voice_id: elevenLabsId }),
  /** The attempt failed for a temporary reason and released its lease at `since` (unix milliseconds). */
  z.object({
    state: z.literal('adoptable'),
    ...releasedShape,
    voice_name: z.string(),
    voice_id: elevenLabsId,
    since: z.number(),
  }),
  /** The attempt failed and left nothing at ElevenLabs. */
  z.object({ state: z.literal('open'), ...releasedShape }),
  /** No attempt may adopt the voice. A deletion job releases it and then reopens the conversation. */
  z.object({ state: z.literal('withdrawing'), ...releasedShape, voice_id: elevenLabsId.optional(), since: z.number() }),
  /** The pre-call was answered, and no call has taken it. */
  z.object({ state: z.literal('ready'), ...answeredShape }),
  /** A call at ElevenLabs was started with the voice. */
  z.object({
    state: z.literal('taken'),
    ...answeredShape,
    /** ElevenLabs' id of the call. */
    call: elevenLabsId,
    /** Unix seconds. */
    taken_at: z.number(),
  }),
]);

/**
 * The CONVERSATION item of the ledger. An item without `work` is a call that took another conversation's pre-call, a
 * conversation of which only the end is known, or an erased conversation.
 */
export const conversationItem = z.object({
  conversation_id: elevenLabsId,
  agent_id: elevenLabsId.optional(),
  work: workSchema.optional(),
  /** The answer for redeliveries. Removed when the conversation ends, because it contains caller data. */
  answer: preCallAnswer.optional(),
  /**
   * The greeting that the pre-call prepared; absent if the agent keeps its own. Removed when the conversation ends,
   * because it may name the caller.
   */
  first_message: z.string().optional(),
  /** The source of that greeting. It contains no caller data, so it is kept. */
  greeting_source: z.enum(['event', 'own', 'greetings', 'default']).optional(),
  /** The conversation whose pre-call this call at ElevenLabs has taken. */
  took: elevenLabsId.optional(),
  /** HMAC of the caller's number; absent without a usable number. */
  caller_hash: z.string().optional(),
  /** When the pre-call was signed, in unix seconds. */
  signed_at: z.number().optional(),
  /** Unix milliseconds. */
  ended_at: z.number().optional(),
  /** Until when a live call keeps the voice although its caller withdrew or was erased, in unix seconds. */
  call_until: z.number().optional(),
  /** When the caller was erased, in unix seconds. The item then has no data of the caller or the voice. */
  erased_at: z.number().optional(),
  /** Unix seconds, for DynamoDB's TTL. */
  expires_at: z.number(),
});

/** A conversation as stored in the ledger. */
export type Conversation = z.infer<typeof conversationItem>;
/** The state of the work on a conversation. */
export type Work = z.infer<typeof workSchema>;
/** Work that one attempt holds. */
export type HeldWork = Extract<Work, { lease_until: number }>;
/** Work with an answered pre-call. */
export type AnsweredWork = Extract<Work, { voice_expires_at: number }>;

/** Returns the work if an attempt holds it until its lease ends; otherwise undefined. */
export const heldWork = ({ work }: Pick<Conversation, 'work'>): HeldWork | undefined =>
  work !== undefined && 'lease_until' in work ? work : undefined;

/** Returns the id of the conversation's voice; undefined if it has none or the outcome of its clone is unknown. */
export const voiceOf = ({ work }: Pick<Conversation, 'work'>): string | undefined =>
  work !== undefined && 'voice_id' in work ? work.voice_id : undefined;

/** Returns how long an attempt still holds the conversation, in milliseconds; 0 if none does. */
export const leaseLeftMs = (conversation: Pick<Conversation, 'work'>, nowMs: number): number =>
  Math.max(0, (heldWork(conversation)?.lease_until ?? 0) - nowMs);

/** Returns the work if its pre-call was answered; otherwise undefined. */
export const answeredWork = ({ work }: Pick<Conversation, 'work'>): AnsweredWork | undefined =>
  work?.state === 'ready' || work?.state === 'taken' ? work : undefined;

/** Returns whether the pre-call was answered and the conversation has not ended. */
export const isAnswered = (conversation: Conversation): boolean =>
  answeredWork(conversation) !== undefined && conversation.ended_at === undefined;

/** Returns ElevenLabs' id of the call that has taken this pre-call; undefined if no call has. */
export const takenBy = ({ work }: Pick<Conversation, 'work'>): string | undefined =>
  work?.state === 'taken' ? work.call : undefined;

/** Returns the condition that no attempt has changed the work since it was read. */
export const unchanged = ({ work }: Conversation): Transition['from'] =>
  work === undefined ? { work: 'absent' } : { 'work.attempt': { is: work.attempt }, 'work.state': { is: work.state } };

/** The states in which an attempt holds the work. */
export const heldStates = ['cloning', 'cloned', 'sharing'] as const;

/** Changes the work that this attempt holds. Also succeeds after its lease, until another attempt takes over. */
const step = (held: HeldWork, to: Work, otherFields: Transition['to'] = {}): Transition => ({
  region: 'work',
  from: { 'work.attempt': { is: held.attempt }, 'work.state': { oneOf: heldStates }, ended_at: 'absent' },
  to: { work: to, ...otherFields },
});

const heldFields = ({ attempt, lease_until, voice_name, samples }: HeldWork) => ({
  attempt,
  lease_until,
  voice_name,
  samples,
});

/** Returns work with a clone of the conversation's own. */
export const cloned = (work: HeldWork, voiceId: string): HeldWork => ({
  ...heldFields(work),
  state: 'cloned',
  voice_id: voiceId,
});

/** Returns work that shares a voice that was kept for the caller. */
export const sharing = (work: HeldWork, voiceId: string): HeldWork => ({
  ...heldFields(work),
  state: 'sharing',
  voice_id: voiceId,
});

/** Returns work whose own clone is still to be made, under this name. */
export const cloning = (work: HeldWork, voiceName: string): HeldWork => ({
  ...heldFields(work),
  state: 'cloning',
  voice_name: voiceName,
});

/** Moves held work to its next state. */
export const moveOn = (work: HeldWork, nextWork: HeldWork): Transition => step(work, nextWork);

/** What is stored with the answer of a pre-call. */
export interface Completion {
  /** Unix seconds. */
  readonly voiceExpiresAtS: number;
  /** Until when a starting call may take the pre-call, in unix seconds. */
  readonly validUntilS: number;
  readonly sampleDigest: string;
  /** The greeting of the call that takes the pre-call; undefined if the agent keeps its own. */
  readonly firstMessage: string | undefined;
  readonly greetingSource: GreetingSource;
}

/** Stores the answer. Redeliveries get it until its voice expires. */
export const complete = (
  work: HeldWork,
  answer: PreCallAnswer,
  { voiceExpiresAtS, validUntilS, sampleDigest, firstMessage, greetingSource }: Completion,
): Transition => {
  const { attempt, samples } = work;
  const ready: Work = {
    state: 'ready',
    attempt,
    samples,
    voice_id: answer.voice_id,
    voice_expires_at: voiceExpiresAtS,
    valid_until: validUntilS,
    sample_digest: sampleDigest,
  };
  return step(work, ready, { answer, first_message: firstMessage, greeting_source: greetingSource });
};

/** The changes that remove the fields with caller data. */
export const withoutQuotes = { answer: undefined, first_message: undefined };
