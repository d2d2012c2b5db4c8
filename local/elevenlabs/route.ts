import type * as z from 'zod';
import type { Answer } from './answers';
import { type BodyReader, type Check, queryValues, type ReceivedRequest } from './requests';
import type { Operation } from './settings';
import type { SimulatorState } from './state';

/** A validated request. */
export interface Input<Query, Body> {
  /** The id of the voice, agent or conversation in the path, or ''. */
  readonly id: string;
  /** The second id in the path, of a version or branch of the agent, or ''. */
  readonly partId: string;
  readonly query: Query;
  readonly body: Body;
}

/** ElevenLabs' documentation of an operation. */
interface OperationSpec<Query, Body> {
  readonly operation: Operation;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Matches the path. Each id is a group with the name that ElevenLabs' validation errors give it. */
  readonly path: RegExp;
  readonly query: z.ZodType<Query>;
  readonly body: BodyReader<Body>;
  /** Reports what the request contains against the documentation's advice. */
  readonly advice?: (input: Input<Query, Body>) => string[];
  readonly perform: (state: SimulatorState, input: Input<Query, Body>, nowMs: number) => Answer;
}

/** Performs a validated request. Changes the state, or throws ApiError or InvalidRequest and changes nothing. */
export type Perform = (state: SimulatorState, nowMs: number) => Answer;

/** One operation of the API. */
export interface Route extends Pick<OperationSpec<never, never>, 'operation' | 'method' | 'path'> {
  readonly maxBodyBytes: number;
  /**
   * Validates a request. Calls `advise` for accepted content that the documentation advises against. Throws
   * InvalidRequest if the request is invalid.
   */
  readonly accept: (
    ids: readonly string[],
    request: ReceivedRequest,
    check: Check,
    advise: (problem: string) => void,
  ) => Perform;
}

/** Creates the route of an operation. */
export const route = <Query, Body>(spec: OperationSpec<Query, Body>): Route => ({
  operation: spec.operation,
  method: spec.method,
  path: spec.path,
  maxBodyBytes: spec.body.maxBytes,
  accept: ([id = '', partId = ''], request, check, advise) => {
    const query = check(spec.query, queryValues(request.query), 'query');
    const input = { id, partId, query, body: spec.body.read(request, check) };
    spec.advice?.(input).forEach(advise);
    return (state, nowMs) => spec.perform(state, input, nowMs);
  },
});
