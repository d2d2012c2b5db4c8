import { randomUUID } from 'node:crypto';
import { carryOut } from '../../lambdas/ledger/aggregate';
import type { Calls } from '../../lambdas/ledger/calls';
import {
  callDigest,
  claimCall,
  type NewCall,
  type PlacingOutcome,
  settleAgentCall,
  settleGreeting,
} from '../../lambdas/three-cx/three-cx-call';

/** A leg as tests look at it: each field only where its state has it. */
export interface SeenLeg {
  readonly state: string;
  readonly conversation_id?: string | undefined;
  readonly call_id?: string | undefined;
  readonly voice_id?: string | undefined;
  readonly code?: string | undefined;
}

/** A 3CX call as tests look at it. */
export interface SeenCall {
  readonly state: string;
  readonly threecx_call_id?: string;
  readonly caller_number?: string | undefined;
  readonly greeting?: SeenLeg | undefined;
  readonly agent_call?: SeenLeg | undefined;
}

/** The call with this digest; undefined where there is none. */
export const seenCall = (calls: Pick<Calls, 'read'>, call: string): Promise<SeenCall | undefined> => calls.read(call);

/** A 3CX call that begins now, with a greeting. */
export const newCall = (fields: Partial<NewCall> & { readonly receivedAtMs: number }): NewCall => {
  const threeCxCallId = fields.threeCxCallId ?? randomUUID();
  return {
    call: callDigest(threeCxCallId),
    threeCxCallId,
    attempt: randomUUID(),
    callerNumber: '+31612345678',
    callerHash: undefined,
    firstLeg: 'greeting',
    expiresAtS: Math.floor(fields.receivedAtMs / 1000) + 3600,
    cloneMaxWaitS: 35,
    ...fields,
  };
};

/** Stores a 3CX call whose first leg went like this; the SHA-256 of its id. */
export const storeCall = async (
  calls: Pick<Calls, 'write'>,
  fields: Partial<NewCall> & { readonly receivedAtMs: number },
  outcome: PlacingOutcome = { state: 'failed' },
): Promise<string> => {
  const made = newCall(fields);
  await carryOut(calls, made.call, claimCall(made), { enqueue: () => Promise.resolve() });
  const settled =
    made.firstLeg === 'greeting'
      ? settleGreeting(made.attempt, outcome, { areJobsQueued: false })
      : settleAgentCall(made.attempt, outcome, undefined);
  await calls.write(made.call, settled);
  return made.call;
};
