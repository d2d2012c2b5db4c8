import type { Transition } from '../platform/transition';
import type { CloneJob } from '../voices/clone-job';
import { type ClaimedCall, isClaimed, type ThreeCxCall } from './three-cx-call';

/** Seconds after which a busy line is called again. */
export const redialAfterS = 20;
/** Latest time for an agent call, in milliseconds: a later one would surprise whoever is called. */
const placeableMs = 15 * 60_000;
/** How long a phone may ring, in seconds. This is ElevenLabs' default. */
const longestRingingS = 60;

/** Returns how long a greeting with this maximum duration may ring, in seconds. */
export const greetingRingsS = (greetingMaxS: number): number => Math.min(longestRingingS, Math.ceil(greetingMaxS));

/** Returns the number to call. `dialTarget` is `caller`, or the number of an extension or queue. */
export const numberToDial = (callerNumber: string | undefined, dialTarget: string): string | undefined =>
  dialTarget === 'caller' ? callerNumber : dialTarget;

/** The voice that a 3CX call waits for. Times are in unix milliseconds. */
export interface AwaitedVoice {
  readonly callerHash: string;
  readonly sinceMs: number;
  readonly untilMs: number;
}

/** Returns the voice that a 3CX call waits for; undefined if it waits for none. */
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

/** What to do next for the agent call. */
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

/** What determines the next step of a 3CX call, besides the call. */
export interface Circumstances {
  readonly nowMs: number;
  /** Whether ElevenLabs says that the greeting's conversation is over. */
  readonly isGreetingOver: boolean;
  readonly greetingMaxS: number;
  readonly dialTarget: string;
  readonly isTransitionAutomatic: boolean;
}

/** Returns the next step of a 3CX call towards its agent call. */
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
 * Returns when the line is free at the latest, in unix milliseconds: after the greeting's ringing time and maximum
 * duration.
 */
const lineFreeAtMs = (
  { received_at, greeting: leg }: ClaimedCall,
  { isGreetingOver, greetingMaxS }: Circumstances,
): number =>
  leg === undefined || leg.state === 'failed' || isGreetingOver
    ? received_at
    : received_at + (greetingRingsS(greetingMaxS) + greetingMaxS) * 1000;

/**
 * Repeats the agent call once after its conversation met a busy line, which confirms that nobody spoke. Idempotent.
 * Returns undefined if the agent call has another conversation, or was already repeated.
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
