import { callStatus } from '../elevenlabs/conversations';
import type { Connection } from '../elevenlabs/request';
import type { Conversations } from '../ledger/conversations';
import type { LedgerView } from '../ledger/initiation-view';
import { atMost, type Deadline, deadlineAt } from '../platform/deadline';
import type { Log } from '../platform/log';
import type { Conversation } from '../voices/conversation';
import {
  giveUpCall,
  judgeTake,
  linkCall,
  retake,
  type StartingCall,
  take,
  withoutReplaced,
} from '../voices/starting-call';
import { preCallsFor, type TakenPreCall, takenPreCall } from './pre-calls';

/** Dependencies for taking a pre-call. */
export interface TakeDeps {
  readonly conversations: Pick<Conversations, 'read' | 'readMany' | 'write' | 'change'>;
  readonly elevenLabs: Connection;
  readonly nowMs: () => number;
  readonly pause: (ms: number) => Promise<void>;
  readonly log: Log;
  readonly terms: {
    /** Maximum age of a pre-call that a call takes, in seconds. */
    readonly validS: number;
    /** A call gets only a voice that lives at least this long, in seconds. */
    readonly longestCallS: number;
  };
}

/** Maximum number of free pre-calls to try at a time, because simultaneous calls may take them first. */
const maxTries = 3;

/** Interval for polling a voice that is being cloned, in milliseconds. */
const pollEveryMs = 150;

/** Longest wait for ElevenLabs' status of another call, in milliseconds. */
const askMs = 500;

/** ElevenLabs may not show a call before it starts. An unknown call counts as over after this, in seconds. */
const unknownCallS = 30;

/** How long a link is kept after the longest call, because the call's end may be late, in seconds. */
const linkKeptS = 48 * 3600;

/**
 * Gives a starting call its caller's pre-call, and links both, so that the call's end finds the pre-call. Tries a
 * pre-call without a call first, then waits for one that is being cloned, then tries one whose call is not live.
 * Returns undefined if there is none. Throws 503 when the ledger fails.
 */
export const takePreCall = async (
  starting: StartingCall,
  view: LedgerView,
  deadline: Deadline,
  deps: TakeDeps,
): Promise<TakenPreCall | undefined> => {
  // The call's end has been, or is about to be, processed: its voice would never be released.
  if (view.call?.ended_at !== undefined) return undefined;
  const wanted = preCallsFor(view, starting, deps.terms.validS);
  const taken = await takeOneOf(wanted, starting, deadline, deps);
  if (taken === undefined) return undefined;
  const { conversation_id: conversationId } = taken;
  const isLinked =
    conversationId === starting.callId ||
    conversationId === view.call?.took ||
    (await link(starting, conversationId, deps));
  return isLinked ? takenPreCall(taken) : undefined;
};

const takeOneOf = async (
  wanted: readonly string[],
  starting: StartingCall,
  deadline: Deadline,
  deps: TakeDeps,
): Promise<Conversation | undefined> => {
  const [first] = wanted;
  if (first === undefined) return undefined;
  // Most callers have one pre-call, which is taken without reading it.
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
  const free = withoutReplaced(seen).filter((each) => judgeTake(each, starting).may === 'take');
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
  while (open.length > 0 && deadline.leftMs() > pollEveryMs) {
    await deps.pause(pollEveryMs);
    open = await deps.conversations.readMany(open.map(({ conversation_id }) => conversation_id));
    const taken = await takeFree(open, starting, deps);
    if (taken !== undefined) return taken;
    open = open.filter((each) => judgeTake(each, starting).may === 'wait');
  }
  return undefined;
};

/** Takes the pre-call of a call that never started or is over: the caller rings again. */
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

/** Links the call to its pre-call. If the call has ended meanwhile, gives the pre-call up and returns false. */
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
