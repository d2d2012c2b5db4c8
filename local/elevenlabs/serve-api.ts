import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError, InvalidRequest, type ValidationIssue, type Answer, sendAnswer, errorAnswer } from './answers';
import { takeFault, type Outcome, strikeFault } from './faults';
import { findRoute, readIds } from './find-route';
import { checked, type ReceivedRequest, receiveBody } from './requests';
import type { Perform } from './route';
import type { Operation, Permission } from './settings';
import type { RequestRecord, SimulatorState } from './state';
import { newRequestId } from './values';

/** Headers that HTTP clients add themselves. Every other header must be documented by ElevenLabs. */
const transportHeaders = [
  'host',
  'connection',
  'keep-alive',
  'expect',
  'user-agent',
  'sec-fetch-mode',
  'accept',
  'accept-encoding',
  'accept-language',
  'content-length',
  'transfer-encoding',
];
const knownHeaders = new Set([...transportHeaders, 'xi-api-key', 'content-type']);

const hasBody = (headers: IncomingHttpHeaders): boolean =>
  headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';

/** Lists headers that ElevenLabs does not document. It ignores them, so the request still gets a response. */
export const headerProblems = (headers: IncomingHttpHeaders, takesBody: boolean): string[] => [
  ...Object.keys(headers)
    .filter((name) => !knownHeaders.has(name))
    .map((name) => `header ${name}: Not a documented header`),
  ...(hasBody(headers) && !takesBody ? ['body: This operation has no body'] : []),
  ...(!hasBody(headers) && headers['content-type'] !== undefined ? ['header content-type: There is no body'] : []),
];

/** Formats validation issues as sentences. */
export const issueProblems = (issues: readonly ValidationIssue[]): string[] =>
  issues.map(({ loc, msg }) => `${loc.join('.')}: ${msg}`);

const clientFaults = ['not_found', 'method_not_allowed', 'missing_api_key'];

/**
 * Explains why a rejection shows a violation of ElevenLabs' contract. Returns none for rejections that a correct client
 * may meet, such as a wrong key, a missing voice or a full plan.
 */
export const refusalProblems = (error: unknown): string[] => {
  if (error instanceof InvalidRequest) return issueProblems(error.issues);
  return error instanceof ApiError && clientFaults.includes(error.code) ? [error.message.replace(/\.$/, '')] : [];
};

/** A request to an operation, as it arrived. */
export interface ObservedRequest extends ReceivedRequest {
  readonly operation: Operation;
  readonly method: string;
  /** The path without the query. */
  readonly path: string;
  /** The id of the voice, agent or conversation in the path, or ''. */
  readonly id: string;
}

/** What all requests share. */
export interface ApiContext {
  readonly state: SimulatorState;
  readonly apiKey: string;
  /** Called with each request to an operation once its body has arrived, before it is validated. */
  readonly observe: ((request: ObservedRequest) => void) | undefined;
  /** Aborted when the simulator closes. */
  readonly closing: AbortSignal;
}

const requireKey = (request: IncomingMessage, apiKey: string): void => {
  const given = request.headers['xi-api-key'] ?? '';
  if (given === '') throw new ApiError(401, 'missing_api_key', 'The header xi-api-key is missing.');
  if (given !== apiKey) throw new ApiError(401, 'invalid_api_key', 'Invalid API key.');
};

/**
 * Returns the permission that a request needs. The permission for listing webhooks is not documented; this is the
 * likely one.
 */
const permissionFor = (method: string, path: string): Permission => {
  const isRead = method === 'GET';
  if (path.startsWith('/v1/user')) return 'user_read';
  if (path.startsWith('/v1/workspace')) return isRead ? 'workspace_read' : 'webhooks_write';
  if (path.startsWith('/v1/convai')) return isRead ? 'convai_read' : 'convai_write';
  return isRead ? 'voices_read' : 'voices_write';
};

const requirePermission = ({ settings }: SimulatorState, method: string, path: string): void => {
  const permission = permissionFor(method, path);
  if (!settings.missingPermissions.includes(permission)) return;
  const message = `The API key you used is missing the permission ${permission} to execute this operation.`;
  throw new ApiError(401, 'missing_permissions', message);
};

const waitLatency = (state: SimulatorState, operation: Operation, signal: AbortSignal): Promise<void> => {
  const { latencyMs, jitterMs } = state.settings;
  const ms = latencyMs[operation] + Math.random() * jitterMs;
  return ms === 0 ? Promise.resolve() : sleep(ms, undefined, { signal });
};

/** Validates a request up to its body. Rejects with the error; `violate` receives violations that are not rejected. */
const accept = async (
  { state, apiKey, observe }: ApiContext,
  request: IncomingMessage,
  record: RequestRecord,
  violate: (problem: string) => void,
): Promise<{ operation: Operation; id: string; change: Perform }> => {
  const { method } = record;
  const { searchParams: query, pathname: path } = urlOf(record);
  const route = findRoute(method, path);
  const { operation, maxBodyBytes } = route;
  record.operation = operation;
  headerProblems(request.headers, maxBodyBytes > 0).forEach(violate);
  requireKey(request, apiKey);
  requirePermission(state, method, path);
  const ids = readIds(route, path);
  const [id = ''] = ids;
  record.id = id === '' ? null : id;
  const body = maxBodyBytes === 0 ? Buffer.alloc(0) : await receiveBody(request, maxBodyBytes);
  const received = { headers: request.headers, query, body };
  observe?.({ ...received, operation, method, path, id });
  const drop = (issues: readonly ValidationIssue[]) => issueProblems(issues).forEach(violate);
  const drops = state.settings.dropUnknownFields ? drop : undefined;
  const change = route.accept(ids, received, (...input) => checked(...input, drops), violate);
  return { operation, id, change };
};

const urlOf = ({ path }: RequestRecord): URL => new URL(`http://127.0.0.1${path}`);

/** Resolves with how the request ends; every rejection is a response. Rejects only with AbortError. */
const perform = async (
  context: ApiContext,
  request: IncomingMessage,
  record: RequestRecord,
  gone: AbortSignal,
): Promise<Outcome> => {
  const { state, closing } = context;
  const { requestId, method } = record;
  const violate = (problem: string): void =>
    void state.violations.push(`${method} ${urlOf(record).pathname}: ${problem}.`);
  const refuse = (error: unknown) => {
    refusalProblems(error).forEach(violate);
    return errorAnswer(error, state.settings.errorShape, requestId);
  };
  try {
    const { operation, id, change } = await accept(context, request, record, violate);
    const fault = takeFault(state.faults, operation, id);
    record.faultId = fault?.id ?? null;
    await waitLatency(state, operation, closing);
    if (fault === undefined) return change(state, Date.now());
    const run = answerOrRefuse(change, refuse);
    const leaving = AbortSignal.any([closing, gone]);
    return await strikeFault(fault, { id, requestId, state, run, closing, leaving });
  } catch (error) {
    if (closing.aborted || request.socket.destroyed) return 'close';
    return refuse(error);
  }
};

const answerOrRefuse =
  (change: Perform, refuse: (error: unknown) => Answer) =>
  (state: SimulatorState): Answer => {
    try {
      return change(state, Date.now());
    } catch (error) {
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

/** Serves one request to the API and records it from arrival to end. */
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
