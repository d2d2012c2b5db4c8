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
    /** An error response, in the settings' format unless specified here. */
    kind: z.literal('error'),
    status: z.int().min(400).max(599),
    code: z.string().min(1),
    message: z.string().default('The simulator was told to fail here.'),
    retryAfterS: z.int().min(0).exactOptional(),
    shape: z.enum(['new', 'old', 'string', 'html']).exactOptional(),
  }),
  /** A response with any content: text unchanged, anything else as JSON, and an empty body if omitted. */
  z.strictObject({
    kind: z.literal('answer'),
    status: z.int().min(200).max(599),
    headers: z.record(z.string(), z.string()).default({}),
    body: z.json().exactOptional(),
  }),
  /** Resets the connection without a response. */
  z.strictObject({ kind: z.literal('reset') }),
  /** Sends no response for this time, then closes the connection. */
  z.strictObject({ kind: z.literal('hang'), ms }),
  /** Sends the normal response later. `effect` says whether the state changes before or after the delay. */
  z.strictObject({ kind: z.literal('slow'), ms }),
  /** Sends only the first half of the normal response's body. A recording breaks off. */
  z.strictObject({ kind: z.literal('truncate') }),
  /** Returns 200 with the unchanged agent. */
  z.strictObject({ kind: z.literal('patchIgnored') }),
]);

/** A fault. By default, it applies once, before the state changes. */
export const faultRule = z
  .strictObject({
    id: z.string().min(1).default(newRequestId),
    operation: z.enum([...operations, '*']),
    /** Applies only if the path contains this id of a voice, agent or conversation. */
    match: apiId.exactOptional(),
    /** Number of matching requests to skip first. */
    skip: z.int().min(0).default(0),
    /** How often it applies; null means always. */
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

/** A queued fault. */
export type FaultRule = z.output<typeof faultRule>;

/** A requested fault. */
export type NewFault = z.input<typeof faultRule>;

/**
 * Finds the first fault in the queue that matches the request, and uses it once. Returns undefined if none matches, or
 * if it skips this request.
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

/** How a call ends: with a response, or with its connection reset or closed. */
export type Outcome = Answer | 'reset' | 'close';

/** A call to which a fault applies. */
export interface StruckCall {
  /** The id of the voice, agent or conversation in the path. */
  readonly id: string;
  readonly requestId: string;
  readonly state: SimulatorState;
  /** Performs the operation on this state and responds normally, including rejections. */
  readonly run: (state: SimulatorState) => Answer;
  /** Aborted when the simulator closes. */
  readonly closing: AbortSignal;
  /** Aborted when the simulator closes or the client disconnects. */
  readonly leaving: AbortSignal;
}

/** Applies the fault. Rejects with AbortError if its delay is interrupted. */
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
