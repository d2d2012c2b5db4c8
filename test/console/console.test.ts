import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../support/eventually';
import { type RunningStack, startStack } from '../support/running-stack';

let running: RunningStack;
let token: string;

beforeAll(async () => {
  running = await startStack();
  token = running.stack.consoleUrl.split('#token=')[1]!;
});
afterAll(() => running.close());

interface Asked {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** `fetch` does not let a test choose the host. */
const ask = async (path: string, { method = 'GET', headers = {}, body }: Asked = {}) => {
  const answer = await new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; body: string }>(
    (resolve, reject) => {
      const sent = request(`${running.stack.url}${path}`, { method, headers }, (response) => {
        text(response).then(
          (read) => resolve({ status: response.statusCode!, headers: response.headers, body: read }),
          reject,
        );
      });
      sent.on('error', reject).end(body);
    },
  );
  return answer;
};

const api = async (path: string, asked: Asked = {}) => {
  const headers = { 'x-console-token': token, ...asked.headers };
  const answer = await ask(`/console/api/${path}`, { ...asked, headers });
  return { status: answer.status, json: JSON.parse(answer.body) as Record<string, unknown>, body: answer.body };
};

const personal = { 'x-console-personal': 'on' };

const post = (path: string, document: object, headers: Record<string, string> = {}) =>
  api(path, { method: 'POST', body: JSON.stringify(document), headers });

const call = async (name: string, number = '+31612345678', agent = 'agent_1'): Promise<string> => {
  const query = new URLSearchParams({ agent, name, number, consent: 'given' }).toString();
  const { json } = await api(`pre-calls?${query}`, { method: 'POST', body: '' });
  expect(json).toMatchObject({ status: 200 });
  return String(json['conversationId']);
};

const endWith = (conversationId: string, message: string) =>
  post('events', {
    kind: 'transcription',
    conversationId,
    agentId: 'agent_1',
    turns: [{ role: 'user', atS: 3, message }],
  });

const isOver = async (id: string): Promise<boolean> =>
  JSON.stringify((await api(`calls/${id}`)).json['next']).includes('all work on this call is done');

describe('who may use the console', () => {
  it.each([
    ['no token', {}],
    ['a wrong token', { 'x-console-token': 'x'.repeat(32) }],
  ])('given %s, then no data is answered, and nothing is done', async (_given, headers) => {
    for (const path of ['installation', 'agents', 'calls/conv_1', 'live'])
      expect(await ask(`/console/api/${path}`, { headers })).toMatchObject({ status: 401 });
    expect(await ask('/console/api/pause', { method: 'POST', headers })).toMatchObject({ status: 401 });
    expect((await api('health')).json['pausedSinceMs']).toBeUndefined();
  });

  it.each([
    ['another host', { host: 'precall.example:80' }],
    ['a host with the port of another server', { host: '127.0.0.1:1' }],
    ['another origin', { origin: 'http://precall.example' }],
    ['the null origin', { origin: 'null' }],
    ['another site', { 'sec-fetch-site': 'cross-site' }],
  ])('given %s, then even the right token is refused', async (_given, headers) => {
    for (const path of ['/console', '/console/assets/main.js', '/console/api/agents'])
      expect(await ask(path, { headers: { 'x-console-token': token, ...headers } })).toMatchObject({ status: 403 });
    const change = await post('pause', {}, headers);
    expect(change.status).toBe(403);
  });

  it('given its own origin, then it is served, with a policy that runs nothing but its own script', async () => {
    const page = await ask('/console/voices', {
      headers: { origin: running.stack.url, 'sec-fetch-site': 'same-origin' },
    });

    expect(page.status).toBe(200);
    expect(page.body).not.toContain(token);
    const policy = String(page.headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("connect-src 'self'");
    expect(policy).not.toContain('unsafe');
    expect(page.headers['referrer-policy']).toBe('no-referrer');
  });

  it('given a browser at the address that is ready, then it is sent to the console; others get the API', async () => {
    const html = { accept: 'text/html' };

    const opened = await ask('/', { headers: html });
    expect(opened).toMatchObject({ status: 302, headers: { location: running.stack.consoleUrl } });
    for (const headers of [
      { accept: '*/*' },
      { ...html, 'sec-fetch-site': 'cross-site' },
      { ...html, host: 'precall.example' },
    ])
      expect((await ask('/', { headers })).headers['location']).toBeUndefined();
  });
});

describe('the console of the local stack', () => {
  it('given scripts and styles, then they are bundled, and are at most 150 kB together', async () => {
    const script = await ask('/console/assets/main.js');
    const style = await ask('/console/assets/main.css');

    expect(script).toMatchObject({ status: 200, headers: { 'content-type': expect.stringContaining('javascript') } });
    expect(style).toMatchObject({ status: 200, headers: { 'content-type': expect.stringContaining('css') } });
    expect(await ask('/console/assets/capture-worklet.js')).toMatchObject({ status: 200 });
    expect(script.body.length + style.body.length).toBeLessThan(150_000);
    expect(await ask('/console/assets/../server/console.ts')).toMatchObject({
      status: 200,
      body: expect.stringContaining('<!doctype html>'),
    });
    expect(await ask('/console/assets/nothing.js')).toMatchObject({ status: 404 });
  });

  it('given a call that is made and ended, then its story has time line, transcript and items; personal on request', async () => {
    const html = '<img src=x onerror=alert(1)>';
    const id = await call(`Ada ${html}`);
    const before = await api(`calls/${id}`, { headers: personal });
    expect(before.json).toMatchObject({ state: 'under way', callerName: `Ada ${html}`, isOver: false });
    expect(before.json['timeline']).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ lane: 'elevenlabs', label: 'clone' }),
        expect.objectContaining({ lane: 'requests', label: 'precall' }),
        expect.objectContaining({ lane: 'ledger', label: 'voice' }),
      ]),
    );

    expect((await endWith(id, html)).json).toMatchObject({ status: 200, meaning: 'It was accepted.' });
    await until(() => isOver(id));

    const hidden = await api(`calls/${id}`);
    expect(hidden.body).not.toContain('Ada');
    expect(hidden.json).toMatchObject({ state: 'completed', hasTranscript: true, voiceState: 'deleted', durationS: 7 });
    expect(await api(`calls/${id}/transcript`)).toMatchObject({
      status: 400,
      json: { problem: expect.stringContaining('Personal') },
    });
    const transcript = await api(`calls/${id}/transcript`, { headers: personal });
    expect(transcript.json).toEqual([{ role: 'user', atS: 3, message: html }]);
    expect((await ask(`/console/calls/${encodeURIComponent(html)}`)).body).not.toContain('onerror');
  });

  it('given two followers, when a call comes in, then both get its row, and later only what changed', async () => {
    const seen = await Promise.all([follow(), follow()]);

    const id = await call('Grace');

    for (const { events } of seen)
      await until(() => events.some((event) => event.includes(id) && event.includes('under way')));
    await post(`calls/${id}/end`, {});
    for (const { events } of seen)
      await until(() => events.some((event) => event.includes(`"id":"${id}"`) && event.includes('"state":"ended"')));
    const changes = seen[0].events.filter((event) => event.startsWith('event: calls'));
    expect(changes.length).toBeGreaterThan(1);
    seen.forEach(({ stop }) => stop());
  });

  it('given agents, voices, queues, settings and health, then each view has them', async () => {
    const id = await call('Linus', '+31612340000', 'agent_2');

    const agents = (await api('agents')).json as unknown as Record<string, unknown>[];
    const agent = agents.find(({ agentId }) => agentId === 'agent_2');
    expect(agent).toMatchObject({ own: { voiceId: 'ownVoice1' }, conversationId: id });
    expect(JSON.stringify(agents)).not.toContain('Linus');
    expect(JSON.stringify((await api('agents', { headers: personal })).json)).toContain('Linus');
    const { voices } = (await api('voices')).json as { voices: { voiceId: string; users: string[] }[] };
    const voice = voices.find(({ users }) => users.includes(id))!;
    expect(voice).toMatchObject({ state: 'in use', reason: 'A call uses it.' });
    expect((await api('queues')).json['queues']).toEqual(
      expect.arrayContaining([expect.objectContaining({ name: 'VoiceDeletions', parked: 0 })]),
    );
    expect((await api('settings')).json).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: 'LOG_LEVEL', value: 'INFO', origin: 'default' }),
        expect.objectContaining({ name: 'ELEVENLABS_API_BASE_URL', origin: 'set' }),
      ]),
    );
    expect((await api('health')).json).toMatchObject({ health: { status: 'ok' }, emptySecrets: expect.any(Array) });
    const [caller] = (await post('callers/find', { number: '+31612340000' })).json as unknown as object[];
    expect(caller).toMatchObject({ calls: [id], consent: expect.stringContaining('given') });
    expect(caller).not.toHaveProperty('name');

    expect((await post(`voices/${voice.voiceId}/expire`, {})).status).toBe(200);
    await until(async () => JSON.stringify((await api('agents')).json).includes('"inFlight":0') && (await isOver(id)));
  });

  it.each([
    ['GET', 'calls/nobody', 409, /Nothing is known of nobody/],
    ['POST', 'calls/nobody/end', 409, /knows no conversation nobody/],
    ['POST', 'agents/nobody/restore', 409, /named an agent nobody/],
    ['POST', 'queues/Nothing/redrive', 409, /has no NothingDeadLetters/],
    ['POST', 'events', 400, /does not understand/],
    ['GET', 'nothing', 404, /no such request/],
    ['GET', 'sample?key=../../etc/passwd', 400, /Personal data are off/],
    ['GET', 'calls/%zz', 400, /not valid/],
  ])('given %s %s, then it is refused with %d and a sentence', async (method, path, status, sentence) => {
    const answer = await api(path, { method });

    expect(answer.status).toBe(status);
    expect(answer.json['problem']).toMatch(sentence);
  });
});

/** Reads the live stream until it is stopped. */
const follow = async () => {
  const leaving = new AbortController();
  const response = await fetch(`${running.stack.url}/console/api/live`, {
    headers: { 'x-console-token': token },
    signal: leaving.signal,
  });
  const events: string[] = [];
  const read = async (): Promise<void> => {
    let rest = '';
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      const parts = (rest + chunk).split('\n\n');
      rest = parts.pop()!;
      events.push(...parts);
      await sleep(0);
    }
  };
  void read().catch(() => undefined);
  return { events, stop: () => leaving.abort() };
};
