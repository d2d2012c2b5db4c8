import type { ElevenLabsSimulator } from '../../../local/elevenlabs/elevenlabs-simulator';
import { operations } from '../../../local/elevenlabs/settings';
import { expectViolations } from '../../support/elevenlabs';
import { until } from '../../support/eventually';
import { agentId, apiKey, ask, houseVoiceId, startSimulator, voiceForm, wav } from './simulator-client';

let simulator: ElevenLabsSimulator;

beforeEach(async () => {
  simulator = await startSimulator();
});
afterEach(() => simulator.close());

const voicePath = `/v1/voices/${houseVoiceId}`;

describe('the API key', () => {
  it.each([
    ['no key', {}, 'missing_api_key'],
    ['an empty key', { 'xi-api-key': '' }, 'missing_api_key'],
    ['a wrong key', { 'xi-api-key': 'sk_other' }, 'invalid_api_key'],
    ['the key as a bearer', { authorization: `Bearer ${apiKey}` }, 'missing_api_key'],
  ])('given %s, when anything is asked, then 401', async (_given, headers, code) => {
    const { status, json } = await ask(simulator, 'GET', voicePath, undefined, headers);

    expect(status).toBe(401);
    if (code === 'missing_api_key') expectViolations(simulator, /xi-api-key is missing|header authorization/);
    expect(json.detail).toMatchObject({ type: 'authentication_error', code, status: code });
  });

  it('given no key, when a form is sent, then 401 and no voice', async () => {
    const form = voiceForm({ name: 'Voice' }, wav('a', 1_000_000));

    const { status } = await ask(simulator, 'POST', '/v1/voices/add', form, {});

    expect(status).toBe(401);
    expect(simulator.state.voices).toHaveLength(1);
    expectViolations(simulator, /xi-api-key is missing/);
  });
});

describe('error bodies', () => {
  it('given the new shape, when refused, then the body is whole and names the request', async () => {
    const { headers, json } = await ask(simulator, 'GET', '/v1/voices/nobody');

    expect(json).toEqual({
      detail: {
        type: 'not_found',
        code: 'voice_not_found',
        status: 'voice_not_found',
        message: expect.any(String),
        request_id: headers.get('request-id'),
        param: 'voice_id',
      },
    });
  });

  it('given the old shape, when refused, then the body has status and message alone', async () => {
    simulator.changeSettings({ errorShape: 'old' });

    const missing = await ask(simulator, 'GET', '/v1/voices/nobody');
    const invalid = await ask(simulator, 'GET', '/v2/voices?page_size=0');

    expect(missing.json).toEqual({ detail: { status: 'voice_not_found', message: expect.any(String) } });
    expectViolations(simulator, /page_size/);
    expect(invalid.json).toEqual({ detail: [expect.objectContaining({ loc: ['query', 'page_size'] })] });
  });

  it.each([
    ['GET', '/v1/voices/a.b', 422],
    ['GET', '/v1/voices/a%2Fb', 422],
    ['DELETE', '/v1/voices/%E0%A4%A', 422],
    ['GET', '/v1/convai/agents/a%20b', 422],
    ['PATCH', '/v1/convai/agents/%C3%A4', 422],
    ['GET', `${voicePath}?deep=true`, 422],
    ['GET', `/v1/convai/agents/${agentId}?branch=1`, 422],
    ['GET', '/v1/voices/', 404],
    ['GET', '/v1/unknown', 404],
    ['GET', `/v1/convai/agents/${agentId}/more`, 404],
    ['PUT', voicePath, 405],
    ['POST', '/v2/voices', 405],
  ])('given %s %s, when asked, then %i', async (method, path, expected) => {
    const { status } = await ask(simulator, method, path);

    expect(status).toBe(expected);
    expectViolations(simulator, `^${method} /`);
  });
});

describe('headers, record and concurrency', () => {
  it.each([
    ['an answer', voicePath],
    ['a refusal', '/v1/voices/nobody'],
    ['an unknown path', '/v1/unknown'],
  ])('given %s, when it comes, then it has the headers of ElevenLabs', async (_given, path) => {
    const { headers } = await ask(simulator, 'GET', path);
    if (path === '/v1/unknown') expectViolations(simulator, /unknown/);

    expect(headers.get('request-id')).toMatch(/^[0-9a-f]{32}$/);
    expect(headers.get('x-trace-id')).toMatch(/^[0-9a-f]{32}$/);
    expect(headers.get('x-region')).toBeTruthy();
    expect(headers.get('current-concurrent-requests')).toBe('1');
  });

  it('given requests, when they are answered, then each is recorded without its body', async () => {
    await ask(simulator, 'GET', voicePath);
    await ask(simulator, 'GET', '/v2/voices?search=x');
    await ask(simulator, 'GET', '/v1/unknown');
    expectViolations(simulator, /unknown/);

    expect(simulator.state.requests).toEqual([
      expect.objectContaining({ operation: 'getVoice', method: 'GET', path: voicePath, id: houseVoiceId, status: 200 }),
      expect.objectContaining({ operation: 'listVoices', path: '/v2/voices?search=x', id: null, status: 200 }),
      expect.objectContaining({ operation: null, path: '/v1/unknown', status: 404 }),
    ]);
    expect(simulator.state.requests[0]).toMatchObject({ at: expect.any(String), durationMs: expect.any(Number) });
  });

  it('given twenty slow requests at once, when they run, then all are counted, and none afterwards', async () => {
    simulator.changeSettings({ latencyMs: { getVoice: 1000 } });

    const replies = await Promise.all(Array.from({ length: 20 }, () => ask(simulator, 'GET', voicePath)));

    const counts = replies.map(({ headers }) => Number(headers.get('current-concurrent-requests')));
    expect(counts.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    expect(simulator.state.concurrency).toEqual({ current: 0, peak: 20 });
  });
});

describe('latency', () => {
  it('given no settings, when started, then every operation takes its usual time', async () => {
    const usual = await startSimulator({ settings: { latencyMs: {} } });
    const { latencyMs } = usual.state.settings;
    await usual.close();

    expect(Object.keys(latencyMs).sort()).toEqual([...operations].sort());
    expect(latencyMs).toMatchObject({ createVoice: 1200, getAgent: 150, patchAgent: 250, getVoice: 80 });
  });

  it('given a latency for one operation, when asked, then it alone takes that long', async () => {
    simulator.changeSettings({ latencyMs: { getAgent: 150 }, jitterMs: 5 });

    await ask(simulator, 'GET', voicePath);
    await ask(simulator, 'GET', `/v1/convai/agents/${agentId}`);

    const [fast, slow] = simulator.state.requests.map(({ durationMs }) => durationMs!);
    expect(fast).toBeLessThan(slow!);
    expect(slow).toBeGreaterThanOrEqual(149);
  });

  it('given a client that gives up on a PATCH, when its time has come, then the change is made all the same', async () => {
    simulator.changeSettings({ latencyMs: { patchAgent: 500 } });
    const leaving = new AbortController();
    const request = fetch(`${simulator.url}/v1/convai/agents/${agentId}`, {
      method: 'PATCH',
      headers: { 'xi-api-key': apiKey, 'content-type': 'application/json' },
      body: JSON.stringify({ conversation_config: { agent: { first_message: 'Late.' } } }),
      signal: leaving.signal,
    });
    await until(() => simulator.state.concurrency.current === 1);

    leaving.abort();

    await expect(request).rejects.toThrow('aborted');
    await until(() => JSON.stringify(simulator.describe()).includes('"versionCount":2'));
    expect(simulator.describe()).toMatchObject({ agents: [{ firstMessage: 'Late.', versionCount: 2 }] });
    expect(simulator.state.requests).toMatchObject([{ operation: 'patchAgent', status: null }]);
  });
});
