import { createHash } from 'node:crypto';
import * as z from 'zod';
import { elevenLabsId } from '../platform/ids';
import type { Test, Transition } from '../platform/transition';
import type { CloneJob } from '../voices/clone-job';

/*
 * A 3CX call:
 *
 *   (none) ── another event ──► unclaimed ── IncomingCall ──► claimed ── its jobs are queued ──► scheduled
 *     └──────────────────────── IncomingCall ───────────────────▲
 *
 *   Every state ends in `erased` when the caller is erased. An item that has expired counts as (none).
 *
 * Its greeting, where the caller has no voice yet:
 *
 *   placing ──► placed | unknown | failed
 *
 * Its agent call:
 *
 *      ┌───────────── nothing rang ──────────────┐
 *      ▼                                         │
 *   (none) ───────────────────────────────► placing ──► placed ── the line was busy, once ──► busy
 *      │                                     ▲   └────► unknown | failed                        │
 *      │                                     └─────────────────── after a pause ────────────────┤
 *      └───── no number ──► failed                    expired ◄── 15 minutes have passed ── (none) or busy
 *
 * One delivery or job claims a leg (`placing`) before a phone can ring. A leg that stays `placing`, and one that is
 * `unknown`, may have rung: Precall never repeats it. Each leg has its own field in the item, and so have the call's
 * later events: whoever writes one leaves the others alone.
 */

/** One attempt is placing the call; `attempt` is its random id. */
const placing = z.object({ state: z.literal('placing'), attempt: z.string() });
/** ElevenLabs placed the call. */
const placed = z.object({
  state: z.literal('placed'),
  conversation_id: elevenLabsId.optional(),
  /** The first of these that ElevenLabs returned: conversation id, Twilio call id, SIP call id. */
  call_id: z.string().optional(),
  /** The voice that overrides the agent's own; absent without an override. */
  voice_id: elevenLabsId.optional(),
});
/** ElevenLabs' answer was lost, so the phone may have rung. */
const unknown = z.object({ state: z.literal('unknown') });
/** No phone rang or will ring; `code` is ElevenLabs' code, or `no_number`. */
const failed = z.object({ state: z.literal('failed'), code: z.string().optional() });
/** Nobody was called in time. */
const expired = z.object({ state: z.literal('expired') });
/** The line was busy at `since` (unix milliseconds): the agent call is placed once more. */
const busy = z.object({ state: z.literal('busy'), conversation_id: elevenLabsId, since: z.number() });

const greeting = z.discriminatedUnion('state', [placing, placed, unknown, failed]);
const agentCall = z.discriminatedUnion('state', [
  placing,
  placed.extend({ is_redial: z.boolean() }),
  unknown,
  failed,
  expired,
  busy,
]);

/** The state of the greeting call. */
export type Greeting = z.infer<typeof greeting>;
/** The state of the agent call. */
export type AgentCall = z.infer<typeof agentCall>;
/** The two calls that Precall may place for a 3CX call. */
export type LegName = 'greeting' | 'agent_call';

/**
 * Result of the request to place a leg (the greeting or the agent call). `not_taken`: no phone rang, so the agent call
 * can be retried.
 */
export type PlacingOutcome = z.infer<typeof placed | typeof unknown | typeof failed> | { readonly state: 'not_taken' };

const anyCall = z.object({
  /** SHA-256 of 3CX's call id. */
  call: z.string(),
  /** Unix seconds. */
  expires_at: z.number(),
});
const claimed = anyCall.extend({
  /** As 3CX sent it. */
  threecx_call_id: z.string(),
  /** In E.164 form; absent if the caller has no valid number. */
  caller_number: z.string().optional(),
  caller_hash: z.string().optional(),
  /** Unix milliseconds. */
  received_at: z.number(),
  greeting: greeting.optional(),
  agent_call: agentCall.optional(),
});

/** The CALL item of the ledger. */
export const threeCxCall = z.discriminatedUnion('state', [
  anyCall.extend({ state: z.literal('unclaimed') }),
  claimed.extend({ state: z.literal('claimed') }),
  claimed.extend({ state: z.literal('scheduled') }),
  anyCall.extend({ state: z.literal('erased') }),
]);

/** A 3CX call as stored in the ledger. */
export type ThreeCxCall = z.infer<typeof threeCxCall>;
/** A 3CX call that Precall answers. */
export type ClaimedCall = Extract<ThreeCxCall, { state: 'claimed' | 'scheduled' }>;

/** Returns the key of a 3CX call. A digest, because the id may contain anything, even a phone number. */
export const callDigest = (threeCxCallId: string): string => createHash('sha256').update(threeCxCallId).digest('hex');

/** Returns whether Precall answers this call. */
export const isClaimed = (call: ThreeCxCall | undefined): call is ClaimedCall =>
  call?.state === 'claimed' || call?.state === 'scheduled';

/** Returns whether the item has expired and only waits for removal. */
export const isExpired = ({ expires_at }: ThreeCxCall, nowMs: number): boolean => expires_at * 1000 <= nowMs;

/** Returns the key of a 3CX call's caller; undefined if there is none (any more). */
export const callerHashOf = (call: ThreeCxCall | undefined): string | undefined =>
  isClaimed(call) ? call.caller_hash : undefined;

/** Returns the conversation id of a leg; undefined if ElevenLabs did not return one. */
export const conversationOf = (leg: Greeting | AgentCall | undefined): string | undefined =>
  leg?.state === 'placed' || leg?.state === 'busy' ? leg.conversation_id : undefined;

/** A job and its delay. */
export interface DelayedJob {
  readonly job: CloneJob;
  readonly delayS: number;
}

/**
 * Returns the jobs that continue a 3CX call: one clones the voice immediately, and one places the agent call when the
 * time for the clone is over.
 */
export const continuingJobs = (call: string, cloneMaxWaitS: number): readonly DelayedJob[] => [
  { job: { kind: 'threecx_clone', call }, delayS: 0 },
  { job: { kind: 'threecx_agent_call', call }, delayS: cloneMaxWaitS },
];

/** An `IncomingCall` event that one delivery answers. */
export interface NewCall {
  readonly call: string;
  readonly threeCxCallId: string;
  readonly attempt: string;
  readonly callerNumber: string | undefined;
  readonly callerHash: string | undefined;
  /** The leg that this delivery places. */
  readonly firstLeg: LegName;
  readonly receivedAtMs: number;
  /** Unix seconds. */
  readonly expiresAtS: number;
  readonly cloneMaxWaitS: number;
}

/** The changes that remove all data of a call. */
export const clearedFields = {
  threecx_call_id: undefined,
  caller_number: undefined,
  caller_hash: undefined,
  received_at: undefined,
  greeting: undefined,
  agent_call: undefined,
  last_event: undefined,
  ended: undefined,
  erased_at: undefined,
};

/** Claims a call and its first leg, unless another delivery has. Replaces the expired item, if given. */
export const claimCall = (newCall: NewCall, expired?: ThreeCxCall): Required<Transition<readonly DelayedJob[]>> => ({
  region: 'call',
  from:
    expired === undefined
      ? { state: ['absent', { is: 'unclaimed' }] }
      : { expires_at: { atMost: Math.floor(newCall.receivedAtMs / 1000) } },
  to: {
    ...(expired !== undefined && clearedFields),
    state: 'claimed',
    call: newCall.call,
    threecx_call_id: newCall.threeCxCallId,
    caller_number: newCall.callerNumber,
    caller_hash: newCall.callerHash,
    received_at: newCall.receivedAtMs,
    [newCall.firstLeg]: { state: 'placing', attempt: newCall.attempt },
    expires_at: newCall.expiresAtS,
  },
  enqueue: { job: continuingJobs(newCall.call, newCall.cloneMaxWaitS), delayS: 0 },
});

/** Records that the jobs of a claimed call are queued. */
export const markScheduled: Transition = {
  region: 'jobs',
  from: { state: { is: 'claimed' } },
  to: { state: 'scheduled' },
};

/** The states of a call that is not erased. */
export const notErased: Test = { oneOf: ['unclaimed', 'claimed', 'scheduled'] };

/** Removes all data of a call except its key, so that later events place no call and restore no data. */
export const eraseCall = (erasedAtS: number, expiresAtS: number): Transition => ({
  region: 'call',
  from: { state: notErased },
  to: { ...clearedFields, state: 'erased', erased_at: erasedAtS, expires_at: expiresAtS },
});

/** Writes the outcome of a greeting, unless another attempt holds it. Does not retry a greeting that was not taken. */
export const settleGreeting = (
  attempt: string,
  outcome: PlacingOutcome,
  jobs: { readonly areJobsQueued: boolean },
): Transition => settle('greeting', attempt, outcome.state === 'not_taken' ? { state: 'failed' } : outcome, jobs);

/**
 * Writes the outcome of an agent call, unless another attempt holds it; `before` is the leg that the attempt claimed.
 */
export const settleAgentCall = (
  attempt: string,
  outcome: PlacingOutcome,
  before: AgentCall | undefined,
  jobs: { readonly areJobsQueued: boolean } = { areJobsQueued: false },
): Transition => {
  if (outcome.state === 'not_taken') return settle('agent_call', attempt, before, jobs);
  const leg = outcome.state === 'placed' ? { ...outcome, is_redial: before?.state === 'busy' } : outcome;
  return settle('agent_call', attempt, leg, jobs);
};

const settle = (
  name: LegName,
  attempt: string,
  leg: Greeting | AgentCall | undefined,
  { areJobsQueued }: { readonly areJobsQueued: boolean },
): Transition => ({
  region: name,
  from: { [`${name}.attempt`]: { is: attempt } },
  to: { [name]: leg, ...(areJobsQueued && { state: 'scheduled' }) },
});

/** Claims the agent call, unless another attempt has. */
export const claimAgentCall = ({ agent_call }: ClaimedCall, attempt: string): Transition =>
  changeOpenAgentCall(agent_call, { state: 'placing', attempt });

/** Ends an agent call that nobody placed. */
export const giveUpAgentCall = ({ agent_call }: ClaimedCall, code?: 'no_number'): Transition =>
  changeOpenAgentCall(agent_call, code === undefined ? { state: 'expired' } : { state: 'failed', code });

const changeOpenAgentCall = (before: AgentCall | undefined, agent_call: AgentCall): Transition => ({
  region: 'agent_call',
  from: { received_at: 'present', 'agent_call.state': before === undefined ? 'absent' : { is: 'busy' } },
  to: { agent_call },
});
