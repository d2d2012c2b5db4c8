import { randomBytes } from 'node:crypto';
import type { Log, LogIds } from './log';
import { type DaemonAddress, daemonAddress, sendToDaemon } from './trace-daemon';

/** A call to another service, with wall-clock times in milliseconds. */
export interface TracedCall {
  /** The service's host, which X-Ray's service map shows. */
  readonly host: string;
  readonly operation: string;
  /** HTTP status; 0 if no response arrived. */
  readonly status: number;
  readonly startedMs: number;
  readonly endedMs: number;
}

/** Sends the work on each event to X-Ray. */
export interface Trace {
  /** Starts the trace of a new event. */
  begin(): void;
  /** Adds a call to the trace. Only the first fifty calls are kept. */
  call(call: TracedCall): void;
  /**
   * Sends the trace with the known ids and resolves once it was sent. Does nothing if the event is not traced. Never
   * throws.
   */
  end(ids: LogIds, outcome: 'ok' | 'fault'): Promise<void>;
}

/** Keeps a document under the 64 KB that X-Ray's daemon accepts. */
const maxCalls = 50;

/**
 * Creates the traces of one function. Lambda's own segment accepts no annotations, so each event's work is a subsegment
 * below it: https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html. API Gateway or Lambda
 * decides whether an event is traced.
 */
export const createTrace = (service: string, environment: NodeJS.ProcessEnv = process.env): Trace => {
  let startedMs = Date.now();
  let calls: TracedCall[] = [];
  return {
    begin: () => {
      startedMs = Date.now();
      calls = [];
    },
    call: (call) => {
      if (calls.length < maxCalls) calls.push(call);
    },
    end: async (ids, outcome) => {
      const daemon = daemonAddress(environment['AWS_XRAY_DAEMON_ADDRESS']);
      const parent = sampledParent(environment['_X_AMZN_TRACE_ID']);
      if (daemon === undefined || parent === undefined) return;
      await sendWork(daemon, {
        ...subsegment({ name: service, startedMs, endedMs: Date.now() }),
        type: 'subsegment',
        ...parent,
        annotations: annotationsOf(ids),
        ...(outcome === 'fault' && { fault: true }),
        subsegments: calls.map(callSubsegment),
      });
    },
  };
};

/** The log that provides the ids, and the trace that records the work. */
export interface Traced {
  readonly log: Pick<Log, 'ids'>;
  readonly trace: Pick<Trace, 'begin' | 'end'>;
}

/** Traces `work` with the ids that the log knows when it ends. Rethrows any error of `work`. */
export const traced = async <T>({ log, trace }: Traced, work: () => Promise<T>): Promise<T> => {
  trace.begin();
  try {
    const result = await work();
    await trace.end(log.ids(), 'ok');
    return result;
  } catch (error) {
    await trace.end(log.ids(), 'fault');
    throw error;
  }
};

const sendWork = (daemon: DaemonAddress, document: object): Promise<void> =>
  sendToDaemon(daemon, `{"format":"json","version":1}\n${JSON.stringify(document)}`);

/**
 * Parses the parent segment from `Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1`. Returns
 * undefined if the event is not sampled.
 */
const sampledParent = (header = ''): { trace_id: string; parent_id: string } | undefined => {
  const fields = new Map(header.split(';').map(splitField));
  const root = fields.get('Root');
  const parent = fields.get('Parent');
  if (root === undefined || parent === undefined || fields.get('Sampled') !== '1') return undefined;
  return { trace_id: root, parent_id: parent };
};

const splitField = (field: string): [string, string] => {
  const [name = '', value = ''] = field.split('=', 2);
  return [name.trim(), value.trim()];
};

const subsegment = ({ name, startedMs, endedMs }: { name: string; startedMs: number; endedMs: number }): object => ({
  name,
  id: randomBytes(8).toString('hex'),
  start_time: startedMs / 1000,
  end_time: endedMs / 1000,
});

const callSubsegment = ({ host, operation, status, startedMs, endedMs }: TracedCall): object => ({
  ...subsegment({ name: host, startedMs, endedMs }),
  namespace: 'remote',
  annotations: { operation },
  ...(status > 0 && { http: { response: { status } } }),
  ...(status === 429 && { throttle: true }),
  ...(status >= 400 && status < 500 && { error: true }),
  ...((status === 0 || status >= 500) && { fault: true }),
});

/** Omits ids that are unknown, because X-Ray accepts no null values. */
const annotationsOf = (ids: LogIds): Record<string, string> =>
  Object.fromEntries(Object.entries(ids).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
