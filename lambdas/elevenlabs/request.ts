import { setTimeout as sleep } from 'node:timers/promises';
import type * as z from 'zod';
import type { Deadline } from '../platform/deadline';
import type { Log } from '../platform/log';
import type { Meter } from '../platform/metrics';
import type { Trace } from '../platform/trace';
import { ElevenLabsError, readConnectionError, readErrorAnswer } from './errors';
import { logApiCall, requestIdOf } from './log-api-call';

/** How to reach ElevenLabs. */
export interface Connection {
  readonly baseUrl: string;
  readonly apiKey: () => Promise<string>;
  readonly log: Log;
  /** Measures the duration of calls, and counts refusals of the API key. */
  readonly meter?: Pick<Meter, 'count' | 'durationBy'>;
  /** Records each call. */
  readonly trace?: Pick<Trace, 'call'>;
  /** Waits before a retry. @default by the clock */
  readonly pause?: (ms: number) => Promise<unknown>;
}

/** A connection with its API key already read. */
type OpenConnection = Omit<Connection, 'apiKey'> & { readonly apiKey: string };

/** One call to ElevenLabs' API. */
export interface Call<T> {
  /** Name of the call in logs. */
  readonly operation: string;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Path and query. The ids in it are already checked. */
  readonly path: string;
  readonly body?: FormData | { readonly json: unknown };
  readonly answer: z.ZodType<T>;
  /** Timeout of one attempt, in milliseconds. */
  readonly timeoutMs: number;
  /** Called when an attempt fails with an unknown outcome. It may still take effect during the retry. */
  readonly onUnsettled?: () => void;
  /** Called before each retry. An error from it ends the call. */
  readonly beforeRepeat?: () => Promise<unknown>;
  /** Whether the call is safe to repeat. If not, it is retried only if the failed attempt cannot have taken effect. */
  readonly isRepeatable: boolean;
}

const firstPauseMs = 250;
const maxAttempts = 4;

/**
 * Makes the call and retries it within the deadline if that is safe. Throws ElevenLabsError if the call fails, and
 * ServiceError 503 if no API key is set.
 */
export const request = async <T>(connection: Connection, call: Call<T>, deadline: Deadline): Promise<T> => {
  const apiKey = await connection.apiKey();
  let mayHaveHadItsEffect = false;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await attemptOnce({ ...connection, apiKey }, call, deadline, attempt);
    } catch (error) {
      if (!(error instanceof ElevenLabsError)) throw error;
      if (error.outcomeUnknown) call.onUnsettled?.();
      mayHaveHadItsEffect ||= error.outcomeUnknown;
      const pauseMs = Math.max(
        (error.details.retryAfterS ?? 0) * 1000,
        firstPauseMs * 2 ** (attempt - 1) * (0.5 + Math.random()),
      );
      if (!isWorthRepeating(error, call.isRepeatable) || attempt === maxAttempts || pauseMs >= deadline.leftMs())
        throw mayHaveHadItsEffect ? error.ofUnknownOutcome() : error;
      await (connection.pause ?? sleep)(pauseMs);
      await call.beforeRepeat?.();
    }
  }
};

const isWorthRepeating = (error: ElevenLabsError, isRepeatable: boolean): boolean => {
  if (error.kind === 'busy' || error.code === 'connection_refused') return true;
  return isRepeatable && error.kind === 'unavailable';
};

const attemptOnce = async <T>(
  connection: OpenConnection,
  call: Call<T>,
  deadline: Deadline,
  attempt: number,
): Promise<T> => {
  const startedMs = performance.now();
  let status = 0;
  let requestId: string | null = null;
  try {
    const response = await send(connection, call, deadline);
    status = response.status;
    requestId = requestIdOf(response);
    const body = await readJson(response);
    if (!response.ok) throw readErrorAnswer(response.status, body, response.headers.get('retry-after'));
    const parsed = call.answer.safeParse(body);
    if (!parsed.success) throw new ElevenLabsError('unavailable', 'unexpected_answer', true, { cause: parsed.error });
    logApiCall(connection, call.operation, { status, requestId, attempt, startedMs });
    return parsed.data;
  } catch (error) {
    const known = error instanceof ElevenLabsError ? error : readConnectionError(error);
    logApiCall(connection, call.operation, { status, requestId, attempt, startedMs, code: known.code });
    if (known.kind === 'access') connection.meter?.count('ElevenLabsAccessDenied');
    throw known;
  }
};

const send = async <T>({ baseUrl, apiKey }: OpenConnection, call: Call<T>, deadline: Deadline): Promise<Response> => {
  const timeoutMs = Math.min(call.timeoutMs, deadline.leftMs());
  if (timeoutMs <= 0) throw new ElevenLabsError('unavailable', 'deadline_passed', false);
  const isForm = call.body instanceof FormData;
  return fetch(`${baseUrl.replace(/\/+$/, '')}${call.path}`, {
    method: call.method,
    headers: {
      'xi-api-key': apiKey,
      ...(call.body !== undefined && !isForm && { 'content-type': 'application/json' }),
    },
    body: call.body === undefined ? null : call.body instanceof FormData ? call.body : JSON.stringify(call.body.json),
    signal: AbortSignal.timeout(timeoutMs),
    redirect: 'error',
  });
};

const readJson = async (response: Response): Promise<unknown> => {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};
