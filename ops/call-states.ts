import type { StoredCall } from '../lambdas/calls/stored-call';
import type { ClaimedCall } from '../lambdas/three-cx/three-cx-call';
import type { Conversation } from '../lambdas/voices/conversation';

/** The state of a call in a few words, and whether it went wrong. */
export interface CallState {
  readonly state: string;
  readonly isFailed: boolean;
}

type Outcome = Pick<StoredCall, 'outcome' | 'failure' | 'erased_at'>;

/** Returns the state of a call from its conversation and its record, if there are any, and the time of its end. */
export const callState = (
  item: Conversation | undefined,
  record: Outcome | undefined,
  endedAtMs: number | undefined,
): CallState => {
  if (item?.erased_at !== undefined || record?.erased_at !== undefined) return { state: 'erased', isFailed: false };
  if (record?.outcome === 'failed') return failed(record);
  const work = item?.work;
  const isUnanswered = work !== undefined && work.state !== 'ready' && work.state !== 'taken';
  if (endedAtMs !== undefined) {
    const over = record?.outcome ?? 'ended';
    return isUnanswered ? { state: `${over}, without a clone`, isFailed: true } : { state: over, isFailed: false };
  }
  if (isUnanswered) return { state: workWords[work.state], isFailed: true };
  // It is listed apart from the pre-call that it took, because that belongs to a later call now.
  const isOver = item !== undefined && work === undefined;
  return { state: isOver ? 'over: a later call took its pre-call' : 'under way', isFailed: false };
};

const failed = ({ failure }: Outcome): CallState => ({
  state: `call failed${failure === null ? '' : `: ${failure.reason}`}`,
  isFailed: true,
});

const workWords = {
  cloning: 'being cloned',
  cloned: 'cloned, being put on the agent',
  sharing: 'a kept voice is being put on the agent',
  adoptable: 'failed for now: its clone waits for the next attempt',
  open: 'failed: the pre-call can be sent again',
  withdrawing: 'failed: its clone is being deleted',
} as const;

/** Returns the state of a 3CX call; `item` and `record` are those of its agent call. */
export const threeCxState = (
  { greeting, agent_call: agentCall }: ClaimedCall,
  item: Conversation | undefined,
  record: Outcome | undefined,
): CallState => {
  if (agentCall?.state === 'placed' && (item?.ended_at !== undefined || record !== undefined)) {
    const { state, isFailed } = callState(item, record, item?.ended_at ?? 0);
    return { state: `3CX: ${state}`, isFailed };
  }
  const leg = agentCall ?? greeting;
  return {
    state: `3CX: ${agentCall === undefined ? 'greeting' : 'agent call'} ${leg?.state ?? 'not placed yet'}`,
    isFailed: ['failed', 'expired', 'unknown'].includes(leg?.state ?? ''),
  };
};
