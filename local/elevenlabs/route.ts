import type * as z from 'zod';
import type { Answer } from './answers';
import { type BodyReader, type Check, queryValues, type ReceivedRequest } from './requests';
import type { Operation } from './settings';
import type { SimulatorState } from './state';

/** A request that has been checked. */
export interface Input<Query, Body> {
  /** The voice, agent or conversation in the path, '' where there is none. */
  readonly id: string;
  /** The second id in the path: a version or branch of the agent; '' where there is none. */
  readonly partId: string;
  readonly query: Query;
  readonly body: Body;
}

/** What ElevenLabs documents of an operation. */
interface OperationSpec<Query, Body> {
  readonly operation: Operation;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** The groups around ids have the names that ElevenLabs' validation errors use. */
  readonly path: RegExp;
  readonly query: z.ZodType<Query>;
  readonly body: BodyReader<Body>;
  /** What the request contains although the documentation advises against it. */
  readonly advice?: (input: Input<Query, Body>) => string[];
  readonly perform: (state: SimulatorState, input: Input<Query, Body>, nowMs: number) => Answer;
}

/** Performs a checked request. Changes the state; throws ApiError or InvalidRequest, and then changes nothing. */
export type Perform = (state: SimulatorState, nowMs: number) => Answer;

/** One operation of the API. */
export interface Route extends Pick<OperationSpec<never, never>, 'operation' | 'method' | 'path'> {
  readonly maxBodyBytes: number;
  /**
   * Checks a request. Calls `advise` with what is accepted although the documentation advises against it. Throws
   * InvalidRequest.
   */
  readonly accept: (
    ids: readonly string[],
    request: ReceivedRequest,
    check: Check,
    advise: (problem: string) => void,
  ) => Perform;
}

/** The route of an operation. */
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
