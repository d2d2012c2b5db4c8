import { setTimeout as sleep } from 'node:timers/promises';
import { getAgent } from './agents';
import { type Answer, halfOf, jsonAnswer } from './answer';
import { ApiError, errorAnswer } from './errors';
import type { FaultRule } from './faults';
import type { SimulatorState } from './state';

/** How a call ends: with an answer, or with its connection reset or closed. */
export type Outcome = Answer | 'reset' | 'close';

/** A call that a fault strikes. */
export interface StruckCall {
  /** The voice, agent or conversation in the path. */
  readonly id: string;
  readonly requestId: string;
  readonly state: SimulatorState;
  /** Does the operation on this state and answers as if nothing were wrong, refusals included. */
  readonly run: (state: SimulatorState) => Answer;
  /** Aborted when the simulator closes. */
  readonly closing: AbortSignal;
  /** Aborted when the client has gone as well. */
  readonly leaving: AbortSignal;
}

/** Lets the fault strike. Rejects with AbortError when the wait that it asks for is cut short. */
export const strikeFault = async ({ action, effect }: FaultRule, call: StruckCall): Promise<Outcome> => {
  const { state, run, requestId } = call;
  const done = effect === 'after' ? run(state) : undefined;
  switch (action.kind) {
    case 'error': {
      const { status, code, message, retryAfterS, shape = state.settings.errorShape } = action;
      const answer = errorAnswer(new ApiError(status, code, message), shape, requestId);
      if (retryAfterS === undefined) return answer;
      return { ...answer, headers: { ...answer.headers, 'retry-after': String(retryAfterS) } };
    }
    case 'answer': {
      const { status, headers, body } = action;
      if (typeof body !== 'string' && body !== undefined) return jsonAnswer(status, body, headers);
      return { status, headers: { 'content-type': 'text/html', ...headers }, body: body ?? '' };
    }
    case 'reset':
      return 'reset';
    case 'hang':
      await sleep(action.ms, undefined, { signal: call.leaving });
      return 'close';
    case 'slow':
      await sleep(action.ms, undefined, { signal: call.closing });
      return done ?? run(state);
    case 'truncate':
      return halfOf(done ?? run(structuredClone(state)));
    case 'patchIgnored':
      return getAgent(state, call.id);
  }
};
