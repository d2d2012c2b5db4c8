import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { ElevenLabsClient } from '@elevenlabs/elevenlabs-js';
import { measureSample } from '../../lambdas/samples/measure-sample';
import { expectViolations, startElevenLabs, type TestElevenLabs } from '../support/elevenlabs';
import { until } from '../support/eventually';
import { functionIn } from '../support/guide';
import { preCallAnswerOf } from '../support/pre-call-answer';

const docs = join(__dirname, '..', '..', 'docs');
const guideOf = (name: string): string => readFileSync(join(docs, 'guides', `${name}.md`), 'utf8');
const guides = guideOf('backend') + guideOf('twilio');

/** The function of this name, as its guide shows it. */
const shown = (name: string): unknown => functionIn(guides, name);

const agentId = 'agent_1';
const apiKey = 'sk';
const call = { agentId, from: '+31612345678', to: '+31201234567' };
const answer = preCallAnswerOf('conv_1', 'clone1');
let elevenLabs: TestElevenLabs;

beforeEach(async () => {
  const overrides = { conversation_config_override: { tts: { voice_id: true }, agent: { first_message: true } } };
  const agent = { agentId, voiceId: 'ownVoice1', firstMessage: 'Hello', platformSettings: { overrides } };
  elevenLabs = await startElevenLabs({ apiKey, agents: [agent] }, 'anyone');
  elevenLabs.addVoice({ voiceId: 'clone1', name: 'Ivan' });
});
afterEach(() => elevenLabs.close());

const expectHeard = (): void =>
  expect(elevenLabs.state.conversations).toMatchObject([
    {
      status: 'in-progress',
      heard: { voiceId: 'clone1', firstMessage: 'Hi' },
      dynamicVariables: { precall_conversation_id: 'conv_1' },
    },
  ]);

describe('code that fetches a recording from Twilio', () => {
  type Recording = (url: string, accountSid: string, authToken: string, timeoutMs?: number) => Promise<string>;

  it.each([
    ['a file that Twilio is still writing', [404, 200], 3000, 'UklGRg=='],
    ['a file that never exists', [404, 404, 404], 100, 'TimeoutError'],
    ['a wrong token', [401], 3000, 'Error: 401'],
  ])('given %s, then it waits no longer than that helps', async (_given, statuses, timeoutMs, expected) => {
    const asked: unknown[] = [];
    const server = createServer(({ url, headers }, response) => {
      asked.push([url, headers.authorization]);
      response.writeHead(statuses[asked.length - 1]!).end('RIFF');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;

    const fetched = (shown('recordingOf') as Recording)(`http://127.0.0.1:${port}/RE1`, 'AC1', 'token', timeoutMs);
    expect(await fetched.catch(String)).toContain(expected);
    expect(asked[0]).toEqual(['/RE1.wav', `Basic ${Buffer.from('AC1:token').toString('base64')}`]);
    server.close();
  });
});

describe('code that sends a pre-call', () => {
  type Data = (api: string, secret: string, event: object, timeoutMs?: number) => Promise<object>;
  const refused = { error_code: 'SERVICE_UNAVAILABLE', error_message: 'Later.' };

  /** Sends a pre-call to a server that gives these answers in turn. Returns the data, and what the server was asked. */
  const send = async (
    answers: readonly (readonly [status: number, retryAfterS: number, body: object])[],
  ): Promise<{ data: object; requests: number; logged: number; signatures: number }> => {
    let requests = 0;
    const signatures = new Set<unknown>();
    const server = createServer(({ headers }, response) => {
      signatures.add(headers['elevenlabs-signature']);
      const [status, retryAfterS, body] = answers[requests]!;
      requests += 1;
      response.writeHead(status, { 'retry-after': String(retryAfterS) }).end(JSON.stringify(body));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const log = vi.spyOn(console, 'error').mockReturnValue(undefined);
    const data = await (shown('dataForCall') as Data)(`http://127.0.0.1:${port}`, 'secret', { conversation_id: 'a' });
    const logged = log.mock.calls.length;
    log.mockRestore();
    server.close();
    return { data, requests, logged, signatures: signatures.size };
  };

  it.each([
    [
      'a 503 and then a 200',
      [
        [503, 0, refused],
        [200, 0, answer],
      ],
      { data: answer, requests: 2, logged: 1 },
    ],
    ['a 503 for longer than the caller waits', [[503, 60, refused]], { data: {}, requests: 1, logged: 1 }],
    ['a refusal for good', [[400, 0, { error_code: 'INVALID_PAYLOAD' }]], { data: {}, requests: 1, logged: 1 }],
    ['a refused key', [[500, 0, { error_code: 'ELEVENLABS_ACCESS_DENIED' }]], { data: {}, requests: 1, logged: 1 }],
  ] as const)('given %s, then it retries what may succeed in time', async (_given, answers, expected) => {
    expect(await send(answers)).toMatchObject(expected);
  });

  it('given a retry some seconds later, then it has the first signature, so that an erasure in between counts', async () => {
    let nowMs = Date.now();
    const clock = vi.spyOn(Date, 'now').mockImplementation(() => (nowMs += 1000));
    const sent = await send([
      [503, 0, refused],
      [200, 0, answer],
    ]);
    clock.mockRestore();

    expect(sent).toMatchObject({ requests: 2, signatures: 1 });
  });

  it('given an answer, then the data for an SDK has its names', () => {
    expect((shown('sessionData') as (given: object) => object)({ ...answer, user_id: 'hash' })).toEqual({
      dynamicVariables: { precall_conversation_id: 'conv_1' },
      overrides: { tts: { voiceId: 'clone1' }, agent: { firstMessage: 'Hi' } },
      userId: 'hash',
    });
    expect((shown('sessionData') as (given: object) => object)({})).toEqual({ overrides: {} });
  });
});

describe('code that makes a sample', () => {
  it('given a recording of a browser, then the WAV file is a sample of its length and rate', async () => {
    const tone = Float32Array.from({ length: 48_000 * 4 }, (_, index) => Math.sin(index / 20) * 1.1);
    const decoded = { sampleRate: 48_000, getChannelData: () => tone };
    class AudioContext {
      decodeAudioData = () => Promise.resolve(decoded);
      close = () => Promise.resolve();
    }
    vi.stubGlobal('AudioContext', AudioContext);
    const wavOf = functionIn(readFileSync(join(docs, 'SAMPLES.md'), 'utf8'), 'wavOf') as (given: Blob) => Promise<Blob>;

    const wav = await wavOf(new Blob(['webm']));
    vi.unstubAllGlobals();

    expect(wav.type).toBe('audio/wav');
    const limits = { minDurationS: 3, minSampleRateHz: 16_000, maxBytes: 10_485_760 };
    expect(await measureSample(Buffer.from(await wav.arrayBuffer()), limits)).toMatchObject({
      format: 'wav',
      durationS: 4,
    });
  });
});

describe('code that passes the answer of a pre-call on', () => {
  type Start = (url: string, given: object) => Promise<{ socket: WebSocket; conversationId: string }>;
  const url = () => `${elevenLabs.url.replace('http', 'ws')}/v1/convai/conversation?agent_id=${agentId}`;

  it('given a WebSocket, when it runs, then the conversation has the voice, and ends with the socket', async () => {
    const { socket, conversationId } = await (shown('startConversation') as Start)(url(), answer);

    expect(elevenLabs.state.conversations).toMatchObject([{ conversationId }]);
    expectHeard();
    const closed = new Promise((resolve) => socket.addEventListener('close', resolve));
    socket.close();
    await closed;
    await until(() => elevenLabs.state.conversations[0]?.status === 'done');
  });

  it('given an agent that forbids the override, when it runs, then it fails with the reason', async () => {
    elevenLabs.changeAgent(agentId, {
      platform_settings: { overrides: { conversation_config_override: { tts: { voice_id: false } } } },
    });

    await expect((shown('startConversation') as Start)(url(), answer)).rejects.toThrow(/^1008 .*tts.voice_id/);
  });

  it('given the SDK, when a call is registered, then it has the voice', async () => {
    type Register = (client: ElevenLabsClient, wanted: typeof call, given: object) => Promise<string>;
    const client = new ElevenLabsClient({ apiKey, environment: elevenLabs.url, maxRetries: 0 });

    const twiml = await (shown('registerCall') as Register)(client, call, answer);

    expect(twiml).toContain('<Connect>');
    expectHeard();
    // The SDK names itself in headers of its own.
    expectViolations(elevenLabs, 'x-fern');
  });

  it('given plain HTTP, when a call is registered, then it has the voice', async () => {
    type Register = (api: string, key: string, wanted: typeof call, given: object) => Promise<string>;

    expect(await (shown('registerCallByHttp') as Register)(elevenLabs.url, apiKey, call, answer)).toContain(
      '<Connect>',
    );
    expectHeard();
  });
});
