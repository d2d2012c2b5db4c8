import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { sendAnswer } from './answer';
import { ApiError, errorAnswer } from './errors';
import { takeFault } from './faults';
import { findRoute, readCall } from './find-call';
import { newRequestId } from './ids';
import type { Operation } from './operations';
import type { RequestRecord, SimulatorState } from './state';
import { type Outcome, strikeFault } from './strike-fault';

/** What all requests share. */
export interface ApiContext {
  readonly state: SimulatorState;
  readonly apiKey: string;
  /** Aborted when the simulator closes. */
  readonly closing: AbortSignal;
}

const requireKey = (request: IncomingMessage, apiKey: string): void => {
  const given = request.headers['xi-api-key'] ?? '';
  if (given === '') throw new ApiError(401, 'missing_api_key', 'The header xi-api-key is missing.');
  if (given !== apiKey) throw new ApiError(401, 'invalid_api_key', 'Invalid API key.');
};

const waitLatency = (state: SimulatorState, operation: Operation, signal: AbortSignal): Promise<void> => {
  const { latencyMs, jitterMs } = state.settings;
  const ms = latencyMs[operation] + Math.random() * jitterMs;
  return ms === 0 ? Promise.resolve() : sleep(ms, undefined, { signal });
};

/** Resolves with how the call ends; every refusal is an answer. Rejects only with AbortError. */
const perform = async (
  { state, apiKey, closing }: ApiContext,
  request: IncomingMessage,
  record: RequestRecord,
  gone: AbortSignal,
): Promise<Outcome> => {
  const { requestId, method } = record;
  const refuse = (error: unknown) => errorAnswer(error, state.settings.errorShape, requestId);
  try {
    const url = new URL(`http://127.0.0.1${record.path}`);
    const route = findRoute(method, url.pathname);
    record.operation = route.operation;
    requireKey(request, apiKey);
    const call = readCall(route, url, request);
    record.id = call.id === '' ? null : call.id;
    const change = await route.prepare(call);
    const fault = takeFault(state.faults, route.operation, call.id);
    record.faultId = fault?.id ?? null;
    await waitLatency(state, route.operation, closing);
    if (fault === undefined) return change(state, Date.now());
    const run = (target: SimulatorState) => {
      try {
        return change(target, Date.now());
      } catch (error) {
        return refuse(error);
      }
    };
    const leaving = AbortSignal.any([closing, gone]);
    return await strikeFault(fault, { id: call.id, requestId, state, run, closing, leaving });
  } catch (error) {
    if (closing.aborted || request.socket.destroyed) return 'close';
    return refuse(error);
  }
};

const openRecord = (request: IncomingMessage): RequestRecord => ({
  at: new Date().toISOString(),
  requestId: newRequestId(),
  method: request.method ?? '',
  path: request.url ?? '/',
  operation: null,
  id: null,
  faultId: null,
  status: null,
  durationMs: null,
});

const finish = (response: ServerResponse, outcome: Outcome, record: RequestRecord): void => {
  if (outcome === 'reset') response.socket?.resetAndDestroy();
  else if (outcome === 'close') response.destroy();
  else if (!response.destroyed) {
    record.status = outcome.status;
    record.id ??= outcome.madeId ?? null;
    sendAnswer(response, outcome);
  }
};

/** Serves one request to the API, from its record's first line to its last. */
export const serveApi = async (
  context: ApiContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const { state } = context;
  const startedMs = performance.now();
  const record = openRecord(request);
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  state.requests.push(record);
  state.concurrency.current += 1;
  state.concurrency.peak = Math.max(state.concurrency.peak, state.concurrency.current);
  response.setHeader('request-id', record.requestId);
  response.setHeader('x-trace-id', newRequestId());
  response.setHeader('x-region', 'us-central1');
  response.setHeader('current-concurrent-requests', state.concurrency.current);
  const outcome = await perform(context, request, record, gone.signal);
  state.concurrency.current -= 1;
  record.durationMs = Math.round(performance.now() - startedMs);
  finish(response, outcome, record);
};
