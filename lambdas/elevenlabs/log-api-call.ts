import type { Connection } from './request';

/** One attempt of a call, as it ended. */
export interface CallRecord {
  /** HTTP status; 0 where no answer came. */
  readonly status: number;
  readonly requestId: string | null;
  /** By `performance.now()`. */
  readonly startedMs: number;
  readonly attempt?: number;
  /** What went wrong, by ElevenLabs' name or ours. */
  readonly code?: string;
}

/** ElevenLabs' own id of a request, for its support. */
export const requestIdOf = ({ headers }: Response): string | null =>
  headers.get('request-id') ?? headers.get('x-trace-id');

/** Tells log, metrics and trace of a call. */
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
