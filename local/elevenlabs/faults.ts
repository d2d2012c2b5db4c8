import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { getAgent } from './agents';
import { type Answer, halfOf, jsonAnswer, ApiError, errorAnswer } from './answers';
import { type Operation, operations, operationsWithId } from './settings';
import type { SimulatorState } from './state';
import { apiId, newRequestId } from './values';

const ms = z.int().min(0).max(600_000);

const action = z.discriminatedUnion('kind', [
  z.strictObject({
    /** An error answer; the shape is the settings' unless it is given here. */
    kind: z.literal('error'),
    status: z.int().min(400).max(599),
    code: z.string().min(1),
    message: z.string().default('The simulator was told to fail here.'),
    retryAfterS: z.int().min(0).exactOptional(),
    shape: z.enum(['new', 'old', 'string', 'html']).exactOptional(),
  }),
  /** An answer of any content: text as it is, anything else as JSON, and an empty body when it is left out. */
  z.strictObject({
    kind: z.literal('answer'),
    status: z.int().min(200).max(599),
    headers: z.record(z.string(), z.string()).default({}),
    body: z.json().exactOptional(),
  }),
  /** The connection is reset without an answer. */
  z.strictObject({ kind: z.literal('reset') }),
  /** No answer for so long, then the connection is closed. */
  z.strictObject({ kind: z.literal('hang'), ms }),
  /** The normal answer, later. `effect` says on which side of the delay the state changes. */
  z.strictObject({ kind: z.literal('slow'), ms }),
  /** The first half of the normal answer's body. A recording breaks off. */
  z.strictObject({ kind: z.literal('truncate') }),
  /** 200 with the agent as it was. */
  z.strictObject({ kind: z.literal('patchIgnored') }),
]);

/** A fault. By default it strikes once, before the state changes. */
export const faultRule = z
  .strictObject({
    id: z.string().min(1).default(newRequestId),
    operation: z.enum([...operations, '*']),
    /** Strikes only where the path has this id of a voice, agent or conversation. */
    match: apiId.exactOptional(),
    /** Requests that match and pass first. */
    skip: z.int().min(0).default(0),
    /** How often it strikes; null for always. */
    times: z.int().min(1).nullable().default(1),
    /**
     * `before`: the request fails and the state does not change. `after`: the state changes, then the request fails.
     */
    effect: z.enum(['before', 'after']).default('before'),
    action,
  })
  .refine(({ operation, match }) => match === undefined || operation === '*' || operationsWithId.includes(operation), {
    path: ['match'],
    error: 'this operation has no id in its path, so nothing can match',
  })
  .refine(
    ({ operation, effect, action: { kind } }) =>
      kind !== 'patchIgnored' || (operation === 'patchAgent' && effect === 'before'),
    { path: ['action'], error: "patchIgnored needs the operation 'patchAgent' and the effect 'before'" },
  );

/** A fault that waits for its calls. */
export type FaultRule = z.output<typeof faultRule>;

/** A fault as it is asked for. */
export type NewFault = z.input<typeof faultRule>;

/**
 * The first fault in the queue that matches the request, which uses up one of its times. Undefined if none matches, or
 * if it lets this request pass.
 */
export const takeFault = (queue: FaultRule[], operation: Operation, id: string): FaultRule | undefined => {
  const index = queue.findIndex(
    (rule) => (rule.operation === '*' || rule.operation === operation) && (rule.match ?? id) === id,
  );
  const rule = queue[index];
  if (rule !== undefined && rule.skip > 0) {
    queue[index] = { ...rule, skip: rule.skip - 1 };
    return undefined;
  }
  if (rule === undefined || rule.times === null) return rule;
  if (rule.times === 1) queue.splice(index, 1);
  else queue[index] = { ...rule, times: rule.times - 1 };
  return rule;
};

/** How a call ends: with an answer, or with its connection reset or closed. */
export type Outcome = Answer | 'reset' | 'close';

/** A call that a fault strikes. */
export interface StruckCall {
  /** The voice, agent or conversation in the path. */
  readonly id: string;
  readonly requestId: string;
  readonly state: SimulatorState;
  /** Performs the operation on this state and answers normally, refusals included. */
  readonly run: (state: SimulatorState) => Answer;
  /** Aborted when the simulator closes. */
  readonly closing: AbortSignal;
  /** Aborted when the client has gone as well. */
  readonly leaving: AbortSignal;
}

/** Applies the fault. Rejects with AbortError when its delay is cut short. */
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
