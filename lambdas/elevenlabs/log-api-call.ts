import type { IncomingMessage } from 'node:http';
import type { Connection } from './request';

/** The result of one attempt of a call. */
export interface CallRecord {
  /** HTTP status. 0 if there was no response. */
  readonly status: number;
  readonly requestId: string | null;
  /** In milliseconds, from `performance.now()`. */
  readonly startedMs: number;
  readonly attempt?: number;
  /** ElevenLabs' or Precall's error code. */
  readonly code?: string;
}

/** Returns ElevenLabs' request id, for its support. */
export const requestIdOf = ({ headers }: Pick<IncomingMessage, 'headers'>): string | null => {
  const { 'request-id': requestId, 'x-trace-id': traceId } = headers;
  const [id = null] = [requestId ?? traceId].flat();
  return id;
};

/** Records a call in the log, the metrics and the trace. */
export const logApiCall = (
  { baseUrl, log, meter, trace }: Omit<Connection, 'apiKey'>,
  operation: string,
  { startedMs, status, requestId, attempt = 1, code }: CallRecord,
): void => {
  const durationMs = Math.round(performance.now() - startedMs);
  const endedMs = Date.now();
  meter?.durationBy('ElevenLabsCallDuration', 'Operation', operation, durationMs);
  trace?.call({ host: new URL(baseUrl).host, operation, status, startedMs: endedMs - durationMs, endedMs });
  const fields = { operation, status, attempt, duration_ms: durationMs, elevenlabs_request_id: requestId };
  if (code === undefined) log.info('elevenlabs_call', fields);
  else log.warn('elevenlabs_call', { ...fields, elevenlabs_code: code });
};
