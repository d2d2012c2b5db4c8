import { callerName } from '../callers/caller-name';
import type { Transition } from '../platform/transition';
import { type Conversation, leaseLeftMs, takenBy, unchanged, withoutQuotes } from './conversation';

/** A call that ElevenLabs asks about before it starts. */
export interface StartingCall {
  /** ElevenLabs' id of the call. */
  readonly callId: string;
  readonly agentId: string;
  /** Unix seconds. */
  readonly nowS: number;
  /** A call gets only a voice that lives at least this long, in seconds. */
  readonly longestCallS: number;
}

/** What a starting call can do with a pre-call. */
export type TakeVerdict =
  /** No other call has taken it. */
  | { readonly may: 'take' }
  /** Its voice is still being cloned. */
  | { readonly may: 'wait' }
  /** Another call has taken it, but may never have started. */
  | { readonly may: 'ask-about'; readonly call: string; readonly takenAtS: number }
  | { readonly may: 'leave' };

/** Judges whether a starting call can take a pre-call, from the ledger's item. The conditional write decides. */
export const judgeTake = (conversation: Conversation | undefined, starting: StartingCall): TakeVerdict => {
  const { callId, agentId, nowS, longestCallS } = starting;
  if (conversation === undefined || conversation.agent_id !== agentId) return { may: 'leave' };
  if (conversation.ended_at !== undefined || conversation.erased_at !== undefined) return { may: 'leave' };
  const { work } = conversation;
  if (work?.state !== 'ready' && work?.state !== 'taken')
    return { may: leaseLeftMs(conversation, nowS * 1000) > 0 ? 'wait' : 'leave' };
  if (work.valid_until <= nowS || work.voice_expires_at < nowS + longestCallS) return { may: 'leave' };
  if (work.state === 'taken' && work.call !== callId)
    return { may: 'ask-about', call: work.call, takenAtS: work.taken_at };
  return { may: 'take' };
};

/**
 * Returns whether a newer pre-call of the same caller and agent replaces this one: its caller started again with the
 * same sample or name. Only a pre-call that the initiation webhook serves is replaced, because others may be in use.
 */
export const isReplacedBy = (
  { work, answer, signed_at: signedAtS }: Conversation,
  newer: { readonly signedAtS: number; readonly sampleDigest: string | undefined; readonly name: string | undefined },
): boolean => {
  if (work?.state !== 'ready' || answer?.recognised_by !== 'initiation' || (signedAtS ?? 0) > newer.signedAtS)
    return false;
  const name = callerName(answer.caller_info.Name);
  const hasSameSample = work.sample_digest !== undefined && work.sample_digest === newer.sampleDigest;
  return hasSameSample || (name !== undefined && name === newer.name);
};

/** Leaves out the pre-calls that a newer one among them replaces. `seen`: the oldest first. */
export const withoutReplaced = (preCalls: readonly Conversation[]): readonly Conversation[] =>
  preCalls.filter(
    (older, index) =>
      !preCalls.slice(index + 1).some(({ work, answer, signed_at: signedAtS = 0 }) => {
        if (work?.state !== 'ready' || answer === undefined) return false;
        const name = callerName(answer.caller_info.Name);
        return isReplacedBy(older, { signedAtS, sampleDigest: work.sample_digest, name });
      }),
  );

const takenFrom = ({ agentId, nowS, longestCallS }: StartingCall): Transition['from'] => ({
  agent_id: { is: agentId },
  'work.valid_until': { above: nowS },
  'work.voice_expires_at': { above: nowS + longestCallS - 1 },
  ended_at: 'absent',
  erased_at: 'absent',
});

const takenTo = ({ callId, nowS }: StartingCall): Transition['to'] => ({
  'work.state': 'taken',
  'work.call': callId,
  'work.taken_at': nowS,
});

/** Takes an answered pre-call for a call, if no other call has taken it. The same call may repeat this. */
export const take = (starting: StartingCall): Transition => ({
  region: 'taken',
  from: {
    'work.state': { oneOf: ['ready', 'taken'] },
    'work.call': ['absent', { is: starting.callId }],
    ...takenFrom(starting),
  },
  to: takenTo(starting),
});

/** Takes a pre-call over from a call that is not live. */
export const retake = (starting: StartingCall, otherCall: string): Transition => ({
  region: 'taken',
  from: { 'work.state': { is: 'taken' }, 'work.call': { is: otherCall }, ...takenFrom(starting) },
  to: takenTo(starting),
});

/** Records that a live call uses a pre-call that it did not take, because its sender gave ElevenLabs the answer. */
export const takenBySender = (conversation: Conversation, callId: string, nowS: number): Transition => ({
  region: 'taken',
  from: { ...unchanged(conversation), ended_at: 'absent', erased_at: 'absent' },
  to: { 'work.state': 'taken', 'work.call': callId, 'work.taken_at': nowS },
});

/** Gives up a pre-call for a call that had ended before taking it. */
export const giveUpCall = (callId: string): Transition => ({
  region: 'taken',
  from: { 'work.state': { is: 'taken' }, 'work.call': { is: callId } },
  to: { 'work.state': 'ready', 'work.call': undefined, 'work.taken_at': undefined },
});

/** Links a call to the pre-call whose voice it uses, unless the call has ended. */
export const linkCall = (callId: string, conversationId: string, expiresAtS: number): Transition => ({
  region: 'took',
  from: { ended_at: 'absent' },
  to: { conversation_id: callId, took: conversationId, expires_at: expiresAtS },
});

/**
 * Ends a pre-call that no call has taken, and keeps the end until `expiresAtS` (unix seconds). Returns undefined for
 * any other conversation.
 */
export const endUntaken = (
  conversation: Conversation,
  endedAtMs: number,
  expiresAtS: number,
): Transition | undefined =>
  conversation.work?.state === 'ready' && conversation.ended_at === undefined
    ? {
        region: 'end',
        from: { ...unchanged(conversation), ended_at: 'absent' },
        to: { ended_at: endedAtMs, expires_at: expiresAtS, ...withoutQuotes },
      }
    : undefined;

/** Returns whether the end of this call ends the conversation: no other call has taken its pre-call. */
export const isEndedBy = (conversation: Conversation, callId: string | undefined): boolean => {
  const taker = takenBy(conversation);
  return taker === undefined || taker === callId;
};
