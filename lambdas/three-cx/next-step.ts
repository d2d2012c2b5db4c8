import type { Transition } from '../platform/transition';
import type { CloneJob } from '../voices/clone-job';
import { type ClaimedCall, isClaimed, type ThreeCxCall } from './three-cx-call';

/** A busy line is tried again after this, in seconds. */
export const redialAfterS = 20;
/** An agent call that comes later than this, in milliseconds, would surprise whoever is called. */
const placeableMs = 15 * 60_000;
/** How long a phone may ring, in seconds. This is ElevenLabs' default. */
const longestRingingS = 60;

/** How long a greeting of this longest duration may ring, in seconds. */
export const greetingRingsS = (greetingMaxS: number): number => Math.min(longestRingingS, Math.ceil(greetingMaxS));

/** The number that is called; `dialTarget` is `caller`, or the number of an extension or queue. */
export const numberToDial = (callerNumber: string | undefined, dialTarget: string): string | undefined =>
  dialTarget === 'caller' ? callerNumber : dialTarget;

/** The voice that a 3CX call waits for; the times are unix milliseconds. */
export interface AwaitedVoice {
  readonly callerHash: string;
  readonly sinceMs: number;
  readonly untilMs: number;
}

/** The voice that a 3CX call waits for; undefined where it waits for none. */
export const awaitedVoice = (
  call: ThreeCxCall | undefined,
  nowMs: number,
  cloneMaxWaitS: number,
): AwaitedVoice | undefined => {
  if (!isClaimed(call) || call.caller_hash === undefined || isTooLate(call, nowMs)) return undefined;
  const { caller_hash: callerHash, received_at: sinceMs } = call;
  return { callerHash, sinceMs, untilMs: sinceMs + cloneMaxWaitS * 1000 };
};

const isTooLate = ({ received_at }: ClaimedCall, nowMs: number): boolean => received_at + placeableMs <= nowMs;

/** What is to be done for the agent call. */
export type AgentCallStep =
  | { readonly do: 'nothing' }
  | {
      readonly do: 'wait';
      readonly for: 'greeting' | 'busy_line';
      readonly untilMs: number;
      readonly call: ClaimedCall;
    }
  | { readonly do: 'give_up'; readonly call: ClaimedCall; readonly code?: 'no_number' }
  | { readonly do: 'place'; readonly call: ClaimedCall; readonly toNumber: string };

/** What the next step of a 3CX call depends on, beside the call. */
export interface Circumstances {
  readonly nowMs: number;
  /** Whether ElevenLabs says that the greeting's conversation is over. */
  readonly isGreetingOver: boolean;
  readonly greetingMaxS: number;
  readonly dialTarget: string;
  readonly isTransitionAutomatic: boolean;
}

/** The next step of a 3CX call towards its agent call. */
export const nextStep = (call: ThreeCxCall | undefined, now: Circumstances): AgentCallStep => {
  if (!isClaimed(call)) return { do: 'nothing' };
  const leg = call.agent_call;
  if (leg !== undefined && leg.state !== 'busy') return { do: 'nothing' };
  if (call.greeting !== undefined && !now.isTransitionAutomatic) return { do: 'nothing' };
  if (isTooLate(call, now.nowMs)) return { do: 'give_up', call };
  const toNumber = numberToDial(call.caller_number, now.dialTarget);
  if (toNumber === undefined) return { do: 'give_up', call, code: 'no_number' };
  const untilMs = leg === undefined ? lineFreeAtMs(call, now) : leg.since + redialAfterS * 1000;
  if (now.nowMs < untilMs) return { do: 'wait', for: leg === undefined ? 'greeting' : 'busy_line', untilMs, call };
  return { do: 'place', call, toNumber };
};

/**
 * When the line is free at the latest, in unix milliseconds: the greeting rings for so long, and has a longest duration
 * then.
 */
const lineFreeAtMs = (
  { received_at, greeting: leg }: ClaimedCall,
  { isGreetingOver, greetingMaxS }: Circumstances,
): number =>
  leg === undefined || leg.state === 'failed' || isGreetingOver
    ? received_at
    : received_at + (greetingRingsS(greetingMaxS) + greetingMaxS) * 1000;

/**
 * Has the agent call placed once more after this conversation of it met a busy line: that is a confirmed failure,
 * nobody spoke. May be repeated. Undefined where the agent call is another conversation, or was redialled already.
 */
export const redial = (
  call: ThreeCxCall | undefined,
  conversationId: string,
  nowMs: number,
): Transition<CloneJob> | undefined => {
  const leg = isClaimed(call) ? call.agent_call : undefined;
  if (call === undefined || (leg?.state !== 'placed' && leg?.state !== 'busy')) return undefined;
  if (leg.conversation_id !== conversationId || (leg.state === 'placed' && leg.is_redial)) return undefined;
  const since = leg.state === 'busy' ? leg.since : nowMs;
  return {
    region: 'agent_call',
    from: { 'agent_call.conversation_id': { is: conversationId } },
    to: { agent_call: { state: 'busy', conversation_id: conversationId, since } },
    enqueue: { job: { kind: 'threecx_agent_call', call: call.call }, delayS: redialAfterS + 1 },
  };
};
