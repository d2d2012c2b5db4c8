import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type * as z from 'zod';
import type { Deadline } from '../platform/deadline';
import type { Log } from '../platform/log';
import type { Meter } from '../platform/metrics';
import type { Trace } from '../platform/trace';
import { ElevenLabsError, readConnectionError, readErrorAnswer } from './errors';
import { encodeForm, type FormPart } from './form';
import { exchange, readJson, unlessRedirected } from './http-client';
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
  readonly body?: { readonly form: readonly FormPart[] } | { readonly json: unknown };
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
  let hasUnknownOutcome = false;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await attemptOnce({ ...connection, apiKey }, call, deadline, attempt);
    } catch (error) {
      if (!(error instanceof ElevenLabsError)) throw error;
      if (error.outcomeUnknown) call.onUnsettled?.();
      hasUnknownOutcome ||= error.outcomeUnknown;
      const pauseMs = Math.max(
        (error.details.retryAfterS ?? 0) * 1000,
        firstPauseMs * 2 ** (attempt - 1) * (0.5 + Math.random()),
      );
      if (!isWorthRepeating(error, call.isRepeatable) || attempt === maxAttempts || pauseMs >= deadline.leftMs())
        throw hasUnknownOutcome ? error.ofUnknownOutcome() : error;
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
    status = response.statusCode ?? 0;
    requestId = requestIdOf(response);
    const body = await readJson(response);
    if (status < 200 || status > 299)
      throw readErrorAnswer(status, body, response.headers['retry-after'] ?? null, Date.now());
    const parsed = call.answer.safeParse(body);
    if (!parsed.success)
      throw new ElevenLabsError('unavailable', 'unexpected_answer', { outcomeUnknown: true, cause: parsed.error });
    logApiCall(connection, call.operation, { status, requestId, attempt, startedMs });
    return parsed.data;
  } catch (error) {
    const failure = error instanceof ElevenLabsError ? error : readConnectionError(error);
    logApiCall(connection, call.operation, { status, requestId, attempt, startedMs, code: failure.code });
    if (failure.kind === 'access') connection.meter?.count('ElevenLabsAccessDenied');
    throw failure;
  }
};

const send = async <T>(connection: OpenConnection, call: Call<T>, deadline: Deadline): Promise<IncomingMessage> => {
  const timeoutMs = Math.min(call.timeoutMs, deadline.leftMs());
  if (timeoutMs <= 0) throw new ElevenLabsError('unavailable', 'deadline_passed');
  const { contentType, body } = encodeBody(call.body);
  const { method, isRepeatable } = call;
  const url = urlOf(connection, call.path);
  const headers = {
    'xi-api-key': connection.apiKey,
    ...(contentType !== undefined && { 'content-type': contentType }),
  };
  return unlessRedirected(await exchange({ url, method, headers, body, timeoutMs, isRepeatable }, deadline));
};

/** Returns the URL of a path of ElevenLabs' API. The base URL may end with slashes. */
export const urlOf = ({ baseUrl }: Pick<Connection, 'baseUrl'>, path: string): string =>
  `${baseUrl.replace(/\/+$/, '')}${path}`;

const encodeBody = (
  body: Call<unknown>['body'],
): { readonly contentType?: string; readonly body?: readonly Uint8Array[] } => {
  if (body === undefined) return {};
  if ('form' in body) return encodeForm(body.form);
  return { contentType: 'application/json', body: [Buffer.from(JSON.stringify(body.json))] };
};
