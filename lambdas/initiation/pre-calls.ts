import { type Caller, isErasedFor } from '../callers/caller';
import { callerName } from '../callers/caller-name';
import { answeredWork, type Conversation } from '../voices/conversation';
import type { StartingCall } from '../voices/starting-call';

/** Longest time from the arrival of a pre-call to its answer, in seconds. */
const longestPreCallS = 60;

/** Maximum number of pre-calls of one caller to consider. */
const maxPreCalls = 25;

/**
 * Returns the ids of the pre-calls that a starting call may take, in this order:
 * 1. the pre-call that the call took before;
 * 2. the pre-call with the call's own id;
 * 3. pre-calls of this caller with this agent, the oldest first.
 */
export const preCallsFor = (
  {
    callers,
    call,
  }: { readonly callers: readonly { readonly caller: Caller }[]; readonly call: Conversation | undefined },
  { agentId, callId, nowS }: Omit<StartingCall, 'longestCallS'>,
  validS: number,
): readonly string[] => {
  const took = call?.took === undefined ? [] : [call.took];
  const own = call?.work === undefined ? [] : [callId];
  const notBeforeS = nowS - validS - longestPreCallS;
  const ofCaller = callers
    .flatMap(({ caller }) => Object.entries(caller.calls))
    .filter(([, begun]) => begun.agent_id === agentId && begun.started_at >= notBeforeS)
    .filter(([, begun]) => !callers.some(({ caller }) => isErasedFor(caller, begun.started_at)))
    .sort(([, a], [, b]) => a.started_at - b.started_at)
    .map(([conversationId]) => conversationId);
  return [...new Set([...took, ...own, ...ofCaller])].slice(0, maxPreCalls);
};

/** What a call gets from the pre-call that it has taken. */
export interface TakenPreCall {
  readonly conversationId: string;
  readonly voiceId: string;
  /** Undefined if the call keeps the agent's own. */
  readonly firstMessage: string | undefined;
  readonly name: string | undefined;
  readonly callerHash: string | undefined;
}

/** Returns what an answered pre-call gives to the call that has taken it; undefined for any other. */
export const takenPreCall = (seen: Conversation): TakenPreCall | undefined => {
  const work = answeredWork(seen);
  const { answer, conversation_id, caller_hash } = seen;
  if (work === undefined || answer === undefined) return undefined;
  return {
    conversationId: conversation_id,
    voiceId: work.voice_id,
    firstMessage: seen.first_message ?? answer.conversation_config_override?.agent?.first_message,
    name: callerName(answer.caller_info.Name),
    callerHash: caller_hash,
  };
};
