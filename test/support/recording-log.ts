import type { Log, LogIds } from '../../lambdas/platform/log';

/** A log that keeps what was logged, in place of standard output. */
export interface RecordingLog extends Log {
  readonly lines: { level: 'info' | 'warn' | 'error'; event: string; fields: Record<string, unknown> }[];
}

/** Makes an empty one. */
export const recordingLog = (): RecordingLog => {
  const lines: RecordingLog['lines'] = [];
  let ids: LogIds = { request_id: null, conversation_id: null, agent_id: null };
  return {
    lines,
    begin: (given) => (ids = { request_id: null, conversation_id: null, agent_id: null, ...given }),
    identify: (given) => (ids = { ...ids, ...given }),
    ids: () => ids,
    info: (event, fields) => lines.push({ level: 'info', event, fields: { ...fields } }),
    warn: (event, fields) => lines.push({ level: 'warn', event, fields: { ...fields } }),
    error: (event, error, fields) => lines.push({ level: 'error', event, fields: { ...fields, error } }),
  };
};
