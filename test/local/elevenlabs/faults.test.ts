import { setTimeout as sleep } from 'node:timers/promises';
import type { ElevenLabsSimulator } from '../../../local/elevenlabs/elevenlabs-simulator';
import type { NewFault } from '../../../local/elevenlabs/faults';
import { expectViolations } from '../../support/elevenlabs';
import { until } from '../../support/eventually';
import { addVoice, agentId, apiKey, ask, houseVoiceId, startSimulator, voiceForm, wav } from './simulator-client';

const agentPath = `/v1/convai/agents/${agentId}`;
const unavailable = { kind: 'error', status: 503, code: 'system_busy' } as const;
const effects = ['before', 'after'] as const;
let simulator: ElevenLabsSimulator;

beforeEach(async () => {
  simulator = await startSimulator();
});
afterEach(() => simulator.close());

const create = () => ask(simulator, 'POST', '/v1/voices/add', voiceForm({ name: 'Ann' }, wav('a')));
const greet = (firstMessage: string) =>
  ask(simulator, 'PATCH', agentPath, { conversation_config: { agent: { first_message: firstMessage } } });
const clones = () => simulator.state.voices.filter(({ category }) => category === 'cloned').length;
const firstMessage = async () =>
  (await ask(simulator, 'GET', agentPath)).json.conversation_config.agent.first_message as string;

describe.each(effects)('a fault that strikes %s the state change', (effect) => {
  const expectedClones = effect === 'after' ? 1 : 0;

  it('given an error, when a voice is created, then it fails once and the state tells', async () => {
    simulator.addFault({ id: 'f1', operation: 'createVoice', effect, action: { ...unavailable, retryAfterS: 3 } });

    const failed = await create();

    expect(failed.status).toBe(503);
    expect(failed.headers.get('retry-after')).toBe('3');
    expect(failed.json.detail).toMatchObject({ type: 'internal_error', code: 'system_busy' });
    expect(clones()).toBe(expectedClones);
    expect(simulator.state.voiceAddEditCounter).toBe(expectedClones);
    expect(simulator.state.requests).toMatchObject([{ operation: 'createVoice', status: 503, faultId: 'f1' }]);
    expect(simulator.state.faults).toEqual([]);
  });

  it('given a reset, when a voice is created, then the connection breaks and the state tells', async () => {
    simulator.addFault({ operation: 'createVoice', effect, action: { kind: 'reset' } });

    await expect(create()).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });

    expect(clones()).toBe(expectedClones);
    expect(simulator.state.requests).toMatchObject([{ status: null, durationMs: expect.any(Number) }]);
  });

  it('given a hang, when it is over, then the connection is closed and the state tells', async () => {
    simulator.addFault({ operation: 'createVoice', effect, action: { kind: 'hang', ms: 100 } });
    const startedMs = performance.now();

    await expect(create()).rejects.toThrow('fetch failed');

    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(99);
    expect(clones()).toBe(expectedClones);
  });

  it('given a truncated answer, when a voice is created, then half of the answer comes and the state tells', async () => {
    simulator.addFault({ operation: 'createVoice', effect, action: { kind: 'truncate' } });

    await expect(create()).rejects.toThrow(SyntaxError);

    expect(clones()).toBe(expectedClones);
    expect(simulator.state.requests).toMatchObject([{ status: 200 }]);
  });

  it('given a slow call, when it is half over, then the state tells, and the answer is true in the end', async () => {
    simulator.addFault({ operation: 'createVoice', effect, action: { kind: 'slow', ms: 1_000 } });

    const reply = create();
    await until(() => simulator.state.concurrency.current === 1 && clones() === expectedClones);
    const meanwhile = clones();
    const { status, json } = await reply;

    expect(meanwhile).toBe(expectedClones);
    expect(status).toBe(200);
    expect(simulator.state.voices.at(-1)?.voiceId).toBe(json.voice_id);
  });

  it('given an error, when an agent is patched, then its first message tells', async () => {
    simulator.addFault({ operation: 'patchAgent', effect, action: unavailable });

    const { status } = await greet('Changed.');

    expect(status).toBe(503);
    expect(await firstMessage()).toBe(effect === 'after' ? 'Changed.' : 'Good day.');
  });

  it('given a reset, when a voice is deleted, then its existence tells', async () => {
    const voiceId = await addVoice(simulator, 'Ann');
    simulator.addFault({ operation: 'deleteVoice', effect, action: { kind: 'reset' } });

    await expect(ask(simulator, 'DELETE', `/v1/voices/${voiceId}`)).rejects.toThrow();

    expect(clones()).toBe(effect === 'after' ? 0 : 1);
  });
});

describe('an ignored PATCH', () => {
  it('given the fault, when patched twice, then the first is answered with the agent as it was', async () => {
    simulator.addFault({ operation: 'patchAgent', action: { kind: 'patchIgnored' } });

    const ignored = await greet('One.');
    const applied = await greet('Two.');

    expect([ignored.status, ignored.json.conversation_config.agent.first_message]).toEqual([200, 'Good day.']);
    expect(applied.json.conversation_config.agent.first_message).toBe('Two.');
    expect(simulator.describe()).toMatchObject({ agents: [{ versionCount: 2 }] });
  });
});

describe('the shape of an error', () => {
  it.each([
    ['new', { detail: expect.objectContaining({ code: 'system_busy', message: 'Try later.' }) }],
    ['old', { detail: { status: 'system_busy', message: 'Try later.' } }],
    ['string', { detail: 'Try later.' }],
    ['html', expect.stringContaining('<h1>Error 503</h1>')],
  ] as const)('given %s, when it strikes, then the body has it', async (shape, body) => {
    simulator.addFault({ operation: '*', action: { ...unavailable, message: 'Try later.', shape } });

    const { status, headers, json } = await ask(simulator, 'GET', agentPath);

    expect(status).toBe(503);
    expect(headers.get('content-type')).toContain(shape === 'html' ? 'text/html' : 'application/json');
    expect(json).toEqual(body);
  });

  it('given none and the old shape as set, when it strikes, then the body is old', async () => {
    simulator.changeSettings({ errorShape: 'old' });
    simulator.addFault({ operation: '*', action: unavailable });

    const { json } = await ask(simulator, 'GET', agentPath);

    expect(json.detail).toEqual({ status: 'system_busy', message: expect.any(String) });
  });
});

describe('the queue of faults', () => {
  const statuses = async (count: number, path = agentPath) => {
    const seen: number[] = [];
    for (let i = 0; i < count; i += 1) seen.push((await ask(simulator, 'GET', path)).status);
    return seen;
  };
  const error = (status: number) => ({ kind: 'error', status, code: 'told' }) as const;

  it('given faults of one and two times, when asked, then they strike in order and are used up', async () => {
    simulator.addFault({ operation: 'getAgent', action: error(500) });
    simulator.addFault({ operation: '*', times: 2, action: error(429) });

    expect(await statuses(4)).toEqual([500, 429, 429, 200]);
  });

  it('given a fault without end, when the faults are cleared, then it ends', async () => {
    simulator.addFault({ operation: 'getAgent', times: null, action: error(500) });

    const during = await statuses(3);
    simulator.clearFaults();

    expect(during).toEqual([500, 500, 500]);
    expect(await statuses(1)).toEqual([200]);
  });

  it('given a fault for another operation or id, when asked, then it waits', async () => {
    simulator.addFault({ operation: 'patchAgent', action: error(500) });
    simulator.addFault({ operation: '*', match: houseVoiceId, action: error(429) });

    expect(await statuses(1)).toEqual([200]);
    expect(await statuses(2, `/v1/voices/${houseVoiceId}`)).toEqual([429, 200]);
    expect(simulator.state.faults).toHaveLength(1);
  });

  it('given a wrong key or an invalid form, when refused, then no fault is used up', async () => {
    simulator.addFault({ operation: '*', action: error(500) });

    const refusals = [
      await ask(simulator, 'GET', agentPath, undefined, {}),
      await ask(simulator, 'POST', '/v1/voices/add', voiceForm({})),
    ];

    expect(refusals.map(({ status }) => status)).toEqual([401, 422]);
    expectViolations(simulator, /xi-api-key is missing|body\.(name|files): Field required/);
    expect(await statuses(2)).toEqual([500, 200]);
  });

  it.each([
    ['a kind that does not exist', { operation: '*', action: { kind: 'explode' } }],
    ['an operation that does not exist', { operation: 'sing', action: { kind: 'reset' } }],
    ['a status that is no error', { operation: '*', action: { kind: 'error', status: 200, code: 'x' } }],
    ['an unknown field', { operation: '*', effects: 'after', action: { kind: 'reset' } }],
    ['an id where the path has none', { operation: 'createVoice', match: 'a', action: { kind: 'reset' } }],
    ['an ignored GET', { operation: 'getAgent', action: { kind: 'patchIgnored' } }],
    ['an ignored PATCH with effect', { operation: 'patchAgent', effect: 'after', action: { kind: 'patchIgnored' } }],
  ])('given %s, when queued, then it is refused', (_given, fault) => {
    expect(() => simulator.addFault(fault as NewFault)).toThrow();
    expect(simulator.state.faults).toEqual([]);
  });
});

describe('ends of connections', () => {
  it('given a client that leaves during a hang, when it has left, then the simulator goes on', async () => {
    simulator.addFault({ operation: 'getAgent', action: { kind: 'hang', ms: 60_000 } });
    const leaving = new AbortController();
    const request = fetch(simulator.url + agentPath, { headers: { 'xi-api-key': apiKey }, signal: leaving.signal });
    await until(() => simulator.state.concurrency.current === 1);

    leaving.abort();

    await expect(request).rejects.toThrow('aborted');
    await until(() => simulator.state.concurrency.current === 0);
    expect((await ask(simulator, 'GET', agentPath)).status).toBe(200);
  });

  it('given hanging and slow requests, when closed, then all end at once and what waits does not happen', async () => {
    simulator.addFault({ operation: 'getAgent', action: { kind: 'hang', ms: 60_000 } });
    simulator.addFault({ operation: 'createVoice', action: { kind: 'slow', ms: 60_000 } });
    simulator.changeSettings({ latencyMs: { patchAgent: 60_000 } });
    const pending = [ask(simulator, 'GET', agentPath), create(), greet('Never.')];
    const settled = Promise.allSettled(pending);
    await until(() => simulator.state.concurrency.current === pending.length);

    await simulator.close();

    expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(clones()).toBe(0);
    expect(simulator.describe()).toMatchObject({ agents: [{ versionCount: 1 }], concurrency: { current: 0 } });
  });

  it('given a client that leaves a slow PATCH, when its time has come, then the change is made all the same', async () => {
    simulator.addFault({ operation: 'patchAgent', action: { kind: 'slow', ms: 500 } });
    const leaving = new AbortController();
    const request = fetch(simulator.url + agentPath, {
      method: 'PATCH',
      headers: { 'xi-api-key': apiKey, 'content-type': 'application/json' },
      body: JSON.stringify({ conversation_config: { agent: { first_message: 'Late.' } } }),
      signal: leaving.signal,
    });
    await until(() => simulator.state.concurrency.current === 1);

    leaving.abort();

    await expect(request).rejects.toThrow('aborted');
    await until(async () => (await firstMessage()) === 'Late.');
  });

  const uploadHalf = (signal?: AbortSignal) => {
    const body = new ReadableStream({
      start: (controller) => controller.enqueue(Buffer.from('--b\r\nContent-Disposition: form-data; name="name"\r\n')),
    });
    const headers = { 'xi-api-key': apiKey, 'content-type': 'multipart/form-data; boundary=b' };
    const init = { method: 'POST', headers, body, duplex: 'half', ...(signal !== undefined && { signal }) };
    return fetch(`${simulator.url}/v1/voices/add`, init as RequestInit);
  };

  it('given a client that leaves during its upload, when it has left, then no voice is made', async () => {
    await expect(uploadHalf(AbortSignal.timeout(50))).rejects.toThrow('timeout');
    await sleep(20);

    expect(clones()).toBe(0);
    expect(simulator.state.requests).toMatchObject([{ operation: 'createVoice', status: null }]);
  });

  it('given an upload under way, when closed, then it is cut at once', async () => {
    const settled = Promise.allSettled([uploadHalf()]);
    await sleep(50);

    await simulator.close();

    expect(await settled).toMatchObject([{ status: 'rejected' }]);
  });
});
