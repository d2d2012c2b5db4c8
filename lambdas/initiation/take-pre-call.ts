import { callStatus } from '../elevenlabs/conversations';
import type { Connection } from '../elevenlabs/request';
import type { Conversations } from '../ledger/conversations';
import type { LedgerView } from '../ledger/initiation-view';
import { atMost, type Deadline, deadlineAt } from '../platform/deadline';
import type { Log } from '../platform/log';
import type { Conversation } from '../voices/conversation';
import { giveUpCall, judgeTake, linkCall, retake, type StartingCall, take } from '../voices/taking';
import { preCallsFor, type TakenPreCall, takenPreCall } from './pre-calls';

/** What a pre-call is taken with. */
export interface TakeDeps {
  readonly conversations: Pick<Conversations, 'read' | 'readMany' | 'write' | 'change'>;
  readonly elevenLabs: Connection;
  readonly nowMs: () => number;
  readonly pause: (ms: number) => Promise<void>;
  readonly log: Log;
  readonly terms: {
    /** How old a pre-call may be that a call takes, in seconds. */
    readonly validS: number;
    /** A call gets only a voice that lives at least this long, in seconds. */
    readonly longestCallS: number;
  };
}

/** Takes that are refused, because other calls come in at the same moment, before the call does without. */
const maxTries = 3;

/** Milliseconds between two looks at a voice that is being cloned. */
const lookAgainMs = 150;

/** Longest wait for what ElevenLabs says about another call, in milliseconds. */
const askMs = 500;

/** ElevenLabs may not show a call before it has started: one that it does not know is over after this, in seconds. */
const unknownCallS = 30;

/** A link is kept beyond its call as long as an end may come, in seconds. */
const linkKeptS = 48 * 3600;

/**
 * Gives a starting call its caller's pre-call, and links both, so that the end of the call finds it. One that no other
 * call has comes first, then one whose voice is being cloned, for which it waits, then one whose call is not live.
 * Undefined if there is none. Throws 503.
 */
export const takePreCall = async (
  starting: StartingCall,
  view: LedgerView,
  deadline: Deadline,
  deps: TakeDeps,
): Promise<TakenPreCall | undefined> => {
  // Its end has been processed, or is about to be: a voice would never be released.
  if (view.call?.ended_at !== undefined) return undefined;
  const wanted = preCallsFor(view, starting, deps.terms.validS);
  const taken = await takeOneOf(wanted, starting, deadline, deps);
  if (taken === undefined || taken.conversation_id === starting.callId || view.call?.took === taken.conversation_id)
    return taken === undefined ? undefined : takenPreCall(taken);
  return (await link(starting, taken.conversation_id, deps)) ? takenPreCall(taken) : undefined;
};

const takeOneOf = async (
  wanted: readonly string[],
  starting: StartingCall,
  deadline: Deadline,
  deps: TakeDeps,
): Promise<Conversation | undefined> => {
  const [first] = wanted;
  if (first === undefined) return undefined;
  // Most callers have one, which is taken without a look at it.
  const taken = wanted.length === 1 ? await deps.conversations.change(first, take(starting)) : undefined;
  if (taken !== undefined) return taken;
  const seen = await deps.conversations.readMany(wanted);
  return (
    (await takeFree(seen, starting, deps)) ??
    (await takeWhenCloned(seen, starting, deadline, deps)) ??
    (await takeFromOther(seen, starting, deadline, deps))
  );
};

const takeFree = async (
  seen: readonly Conversation[],
  starting: StartingCall,
  { conversations }: TakeDeps,
): Promise<Conversation | undefined> => {
  const free = seen.filter((each) => judgeTake(each, starting).may === 'take');
  for (const { conversation_id } of free.slice(0, maxTries)) {
    const taken = await conversations.change(conversation_id, take(starting));
    if (taken !== undefined) return taken;
  }
  return undefined;
};

const takeWhenCloned = async (
  seen: readonly Conversation[],
  starting: StartingCall,
  deadline: Deadline,
  deps: TakeDeps,
): Promise<Conversation | undefined> => {
  let open: readonly Conversation[] = seen.filter((each) => judgeTake(each, starting).may === 'wait');
  if (open.length > 0) deps.log.info('initiation_waits', { pre_calls: open.length });
  while (open.length > 0 && deadline.leftMs() > lookAgainMs) {
    await deps.pause(lookAgainMs);
    open = await deps.conversations.readMany(open.map(({ conversation_id }) => conversation_id));
    const taken = await takeFree(open, starting, deps);
    if (taken !== undefined) return taken;
    open = open.filter((each) => judgeTake(each, starting).may === 'wait');
  }
  return undefined;
};

/** The caller of a call that never started rings again. */
const takeFromOther = async (
  seen: readonly Conversation[],
  starting: StartingCall,
  deadline: Deadline,
  deps: TakeDeps,
): Promise<Conversation | undefined> => {
  const { conversations, log } = deps;
  for (const other of seen) {
    const verdict = judgeTake(other, starting);
    if (verdict.may !== 'ask-about') continue;
    const isOver = await isCallOver(verdict, starting, deadline, deps).catch((error: unknown) => {
      log.error('other_call_unknown', error, { call: verdict.call });
      return false;
    });
    if (!isOver) continue;
    const taken = await conversations.change(other.conversation_id, retake(starting, verdict.call));
    if (taken === undefined) continue;
    log.info('precall_retaken', { precall_conversation_id: other.conversation_id, from: verdict.call });
    return taken;
  }
  return undefined;
};

const isCallOver = async (
  { call, takenAtS }: { readonly call: string; readonly takenAtS: number },
  { nowS }: StartingCall,
  deadline: Deadline,
  { elevenLabs, nowMs }: TakeDeps,
): Promise<boolean> => {
  const leftMs = Math.min(askMs, deadline.leftMs());
  const status = await atMost(leftMs, callStatus(elevenLabs, call, deadlineAt(nowMs() + leftMs, nowMs)));
  return status === 'over' || (status === 'unknown' && takenAtS + unknownCallS <= nowS);
};

/** False for a call that has ended meanwhile: it gives the pre-call up. */
const link = async (
  { callId, nowS, longestCallS }: StartingCall,
  conversationId: string,
  { conversations, log }: TakeDeps,
): Promise<boolean> => {
  const expiresAtS = nowS + longestCallS + linkKeptS;
  if (await conversations.write(callId, linkCall(callId, conversationId, expiresAtS))) return true;
  await conversations.write(conversationId, giveUpCall(callId));
  log.info('precall_given_up', { precall_conversation_id: conversationId });
  return false;
};
