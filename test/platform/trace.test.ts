import { setTimeout as pause } from 'node:timers/promises';
import { createTrace, traced, type Trace } from '../../lambdas/platform/trace';
import { startTraceDaemon, type TraceDaemon } from '../../local/lambda/trace-daemon';
import { newTraceId } from '../../local/lambda/trace-id';
import { until } from '../support/eventually';

const ids = { request_id: 'request-1', conversation_id: 'conv_1', agent_id: null };
const call = { host: 'api.elevenlabs.io', operation: 'get_agent', status: 200, startedMs: 1000, endedMs: 1250 };
/** Documents come as packets of UDP. */
const come = (count = 1) => until(() => daemon.documents.length >= count);

let daemon: TraceDaemon;

beforeEach(async () => {
  daemon = await startTraceDaemon();
});
afterEach(() => daemon.close());

const environment = (given: Record<string, string | undefined> = {}) => ({
  AWS_XRAY_DAEMON_ADDRESS: daemon.address,
  _X_AMZN_TRACE_ID: newTraceId(),
  ...given,
});

describe('a trace', () => {
  it('given work on an event, when it ends, then X-Ray has it below the segment of Lambda, with the ids that are known', async () => {
    const header = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1;Lineage=a:0';
    const trace = createTrace('precall', environment({ _X_AMZN_TRACE_ID: header }));
    trace.begin();
    trace.call(call);

    await trace.end(ids, 'ok');
    await come();

    expect(daemon.refused).toEqual([]);
    expect(daemon.documents).toMatchObject([
      {
        name: 'precall',
        trace_id: '1-5759e988-bd862e3fe1be46a994272793',
        parent_id: '53995c3f42cd8ad8',
        annotations: { request_id: 'request-1', conversation_id: 'conv_1' },
        subsegments: [
          { name: 'api.elevenlabs.io', start_time: 1, end_time: 1.25, http: { response: { status: 200 } } },
        ],
      },
    ]);
    expect(daemon.documents[0]).not.toHaveProperty('fault');
    expect(daemon.documents[0]!.annotations).not.toHaveProperty('agent_id');
  });

  it.each([
    [200, {}],
    [404, { error: true }],
    [429, { error: true, throttle: true }],
    [503, { fault: true }],
    [0, { fault: true }],
  ])('given a call that ended with %i, then X-Ray is told so in its words', async (status, expected) => {
    const trace = createTrace('precall', environment());
    trace.begin();
    trace.call({ ...call, status });

    await trace.end(ids, 'fault');
    await come();

    const [document] = daemon.documents;
    const { error, throttle, fault } = document!.subsegments[0]!;
    expect(JSON.parse(JSON.stringify({ error, throttle, fault }))).toEqual(expected);
    expect(document).toMatchObject({ fault: true });
  });

  it('given hundreds of calls, then fifty are kept, so that the document fits into a packet', async () => {
    const trace = createTrace('reconcile', environment());
    trace.begin();
    for (let each = 0; each < 500; each += 1) trace.call({ ...call, operation: 'list_conversations' });

    await trace.end(ids, 'ok');
    await come();

    expect(daemon.documents[0]!.subsegments).toHaveLength(50);
  });

  it('given a second event, then nothing of the first is in it', async () => {
    const trace = createTrace('precall', environment());
    trace.begin();
    trace.call(call);
    await trace.end(ids, 'fault');
    trace.begin();

    await trace.end({ ...ids, conversation_id: 'conv_2' }, 'ok');
    await come(2);

    expect(daemon.documents[1]).toMatchObject({ annotations: { conversation_id: 'conv_2' }, subsegments: [] });
  });

  it.each([
    ['not sampled', { _X_AMZN_TRACE_ID: 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0' }],
    ['without a parent', { _X_AMZN_TRACE_ID: 'Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1' }],
    ['without a trace', { _X_AMZN_TRACE_ID: undefined }],
    ['malformed', { _X_AMZN_TRACE_ID: ';;=;Sampled' }],
    ['without a daemon', { AWS_XRAY_DAEMON_ADDRESS: undefined }],
  ])('given an invocation %s, then nothing is sent', async (_given, given) => {
    const trace = createTrace('precall', environment(given));
    trace.begin();

    await trace.end(ids, 'ok');
    await pause(20);

    expect([daemon.documents, daemon.refused]).toEqual([[], []]);
  });

  it('given a daemon that is gone, then the work goes on', async () => {
    const trace = createTrace('precall', environment({ AWS_XRAY_DAEMON_ADDRESS: '127.0.0.1:9' }));

    await expect(trace.end(ids, 'ok')).resolves.toBeUndefined();
  });
});

describe('traced work', () => {
  const log = { ids: () => ids };
  const recorder = () => {
    const seen: unknown[] = [];
    const trace: Pick<Trace, 'begin' | 'end'> = {
      begin: () => void seen.push('begin'),
      end: (_ids, outcome) => Promise.resolve(void seen.push(outcome)),
    };
    return { seen, trace };
  };

  it('given work that throws, then what it throws is thrown, and the segment is a fault', async () => {
    const { seen, trace } = recorder();
    const fail = () => Promise.reject(new Error('broken'));

    await expect(traced({ log, trace }, fail)).rejects.toThrow('broken');
    await expect(traced({ log, trace }, () => Promise.resolve(7))).resolves.toBe(7);

    expect(seen).toEqual(['begin', 'fault', 'begin', 'ok']);
  });
});
