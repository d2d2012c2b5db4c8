import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { judgeSignature } from '../../lambdas/platform/signature';
import { spokenSample } from '../support/samples';
import { webhookSecret } from '../support/sender';
import { callPrecall, repositoryFile } from './call-precall';
import {
  partsOf,
  type Recorded,
  type RecordedAnswer,
  type RecordingServer,
  startRecordingServer,
} from './recording-server';

let server: RecordingServer;
let answer: (request: Recorded) => RecordedAnswer;
const success = { status: 200, body: { status: 'success' } };
const wav = repositoryFile('events', 'samples', 'caller.wav');
const mp3 = repositoryFile('events', 'samples', 'caller.mp3');

beforeEach(async () => {
  answer = () => success;
  server = await startRecordingServer((request) => answer(request));
});

afterEach(async () => {
  await server.close();
});

const send = (...args: string[]) => callPrecall(['send', ...args, '--url', `${server.url}/v1`]);
const isSigned = (signature: string | undefined, ...signed: (string | Buffer)[]): boolean =>
  judgeSignature(
    signature,
    signed.map((bytes) => Buffer.from(bytes)),
    { secrets: [webhookSecret], nowMs: Date.now(), toleranceS: 60 },
  ).ok;
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const json = ({ body }: Recorded): Record<string, unknown> =>
  JSON.parse(body.toString('utf8')) as Record<string, unknown>;

describe('precall send, as JSON', () => {
  it('given one sample, when sent, then it is the voice_sample of a new, signed event', async () => {
    const { exitCode } = await send('--sample', wav, '--name', 'Ivan', '--agent-id', 'agent_1');

    const [request] = server.requests;
    expect(exitCode).toBe(0);
    expect(request).toMatchObject({ method: 'POST', path: '/v1/webhook/precall' });
    expect(request!.headers).toMatchObject({ 'content-type': 'application/json', 'user-agent': 'precall-sender' });
    expect(isSigned(request!.headers['elevenlabs-signature'] as string, request!.body)).toBe(true);
    expect(json(request!)).toEqual({
      type: 'pre_call',
      event_timestamp: expect.any(Number),
      conversation_id: expect.stringMatching(/^conv_[0-9a-f]{32}$/),
      agent_id: 'agent_1',
      caller_metadata: { name: 'Ivan' },
      voice_sample: { format: 'base64', data: spokenSample('caller.wav').toString('base64') },
    });
  });

  it('given several samples, when sent, then they are its voice_samples in their order', async () => {
    await send('--sample', wav, '--sample', mp3);

    const { voice_sample: one, voice_samples: several } = json(server.requests[0]!);
    expect(one).toBeUndefined();
    expect(several).toEqual(
      ['caller.wav', 'caller.mp3'].map((name) => ({ format: 'base64', data: spokenSample(name).toString('base64') })),
    );
  });
});

describe('precall send --form-signature', () => {
  it('given several samples, when sent, then the field signs metadata and digests, and there is no header', async () => {
    await send('--form-signature', '--sample', wav, '--sample', mp3);

    const [request] = server.requests;
    const parts = await partsOf(request!);
    const [metadata, signature, first, second] = parts.map(({ bytes }) => bytes);
    expect(parts.map(({ name }) => name)).toEqual(['metadata', 'elevenlabs_signature', 'voice_sample', 'voice_sample']);
    expect(request!.headers).not.toHaveProperty('elevenlabs-signature');
    expect(first).toEqual(spokenSample('caller.wav'));
    expect(second).toEqual(spokenSample('caller.mp3'));
    expect(JSON.parse(String(metadata))).toMatchObject({ type: 'pre_call' });
    expect(isSigned(String(signature), metadata!, '.', `${sha256(first!)}.${sha256(second!)}`)).toBe(true);
  });
});

describe('precall send --via-upload', () => {
  const fields = { key: 'uploads/conv_1/abc', 'Content-Type': 'audio/wav', policy: 'eyJ9' };
  const granting = ({ path }: Recorded): RecordedAnswer => {
    if (path === '/v1/uploads')
      return {
        status: 200,
        body: { upload_id: `upl_${server.requests.length}`, url: `${server.url}/bucket`, fields, expires_in: 300 },
      };
    return path === '/bucket' ? { status: 204 } : success;
  };

  it('given a sample, when sent, then it is uploaded with the granted fields and named in the pre-call', async () => {
    answer = granting;

    const { exitCode, notes } = await send('--via-upload', '--sample', wav, '--conversation-id', 'conv_1');

    const [asked, stored, preCall] = server.requests;
    const sample = spokenSample('caller.wav');
    expect(exitCode).toBe(0);
    expect(isSigned(asked!.headers['elevenlabs-signature'] as string, asked!.body)).toBe(true);
    expect(json(asked!)).toEqual({
      type: 'upload_request',
      conversation_id: 'conv_1',
      sha256: sha256(sample),
      content_type: 'audio/wav',
      size_bytes: sample.length,
    });
    const parts = await partsOf(stored!);
    expect(parts.map(({ name }) => name)).toEqual([...Object.keys(fields), 'file']);
    expect(parts.slice(0, 3).map(({ bytes }) => String(bytes))).toEqual(Object.values(fields));
    expect(parts[3]!.bytes).toEqual(sample);
    expect(stored!.headers).not.toHaveProperty('elevenlabs-signature');
    expect(json(preCall!)).toMatchObject({
      conversation_id: 'conv_1',
      voice_sample: { format: 'upload', upload_id: 'upl_1' },
    });
    expect(notes.at(-1)).toMatch(/^caller.wav: 100 % of 26\d,\d\d\d bytes sent$/);
  });

  it('given a terminal, when uploading, then one line is drawn over until it is full', async () => {
    answer = granting;
    const drawn: string[] = [];

    const args = ['send', '--via-upload', '--sample', wav, '--url', `${server.url}/v1`];
    const { notes } = await callPrecall(args, { redraw: (line) => void drawn.push(line) });

    expect(notes).toEqual([]);
    expect(drawn.length).toBeGreaterThan(5);
    expect(drawn[0]).toMatch(/^\[#*-+\] \d+ % of caller.wav$/);
    expect(drawn.at(-1)).toBe(`[${'#'.repeat(30)}] 100 % of caller.wav\n`);
  });

  it('given several samples and a consent, when sent, then each is uploaded with it, and named', async () => {
    answer = granting;

    await send('--via-upload', '--sample', wav, '--sample', mp3, '--consent', '2026-10');

    expect(server.requests.map(({ path }) => path).slice(0, 4)).toEqual([
      '/v1/uploads',
      '/bucket',
      '/v1/uploads',
      '/bucket',
    ]);
    const consent = { given_at: expect.any(Number) as number, source: 'operator', text_version: '2026-10' };
    for (const index of [0, 2]) expect(json(server.requests[index]!)).toMatchObject({ consent });
    expect(json(server.requests[4]!)).toMatchObject({
      consent,
      voice_samples: [
        { format: 'upload', upload_id: 'upl_1' },
        { format: 'upload', upload_id: 'upl_3' },
      ],
    });
  });

  it('given that S3 refuses, when sent, then its words are shown and no pre-call goes out', async () => {
    const body = '<?xml version="1.0"?>\n<Error><Code>EntityTooLarge</Code><Message>Too big.</Message></Error>';
    answer = (request) => (request.path === '/bucket' ? { status: 400, body } : granting(request));

    const { exitCode, out } = await send('--via-upload', '--sample', wav);

    expect(exitCode).toBe(1);
    expect(out).toContain('  error_code     EntityTooLarge');
    expect(out).toContain('  error_message  Too big.');
    expect(server.requests).toHaveLength(2);
  });

  it('given --invalid, when the upload is granted all the same, then that is not as expected', async () => {
    answer = granting;

    const { exitCode, out } = await send('--via-upload', '--sample', wav, '--invalid');

    expect(exitCode).toBe(1);
    expect(out[2]).toMatch(/^The wrong signature should have been refused with 401\./);
    expect(server.requests).toHaveLength(1);
    expect(isSigned(server.requests[0]!.headers['elevenlabs-signature'] as string, server.requests[0]!.body)).toBe(
      false,
    );
  });
});

describe('precall send, answered otherwise', () => {
  it.each<[string, RecordedAnswer, RegExp[]]>([
    [
      '503 with Retry-After',
      { status: 503, body: { status: 'error', error_code: 'CLONE_IN_PROGRESS' }, headers: { 'Retry-After': '7' } },
      [/^503/, /same --conversation-id/, /error_code +CLONE_IN_PROGRESS/, /retry after +7 s/],
    ],
    ['409', { status: 409, body: { error_code: 'CONVERSATION_ENDED' } }, [/^409/, /another --conversation-id/]],
    [
      '504 of AWS',
      { status: 504, body: { message: 'Endpoint request timed out' } },
      [/^504/, /longer than/, /timed out/],
    ],
    ['404 of another server', { status: 404, body: '<html>' }, [/^404/, /request was refused/]],
    ['200 of another server', { status: 200, body: '<html>' }, [/^200/, /not an answer of Precall/]],
  ])('given %s, when sent, then it is explained', async (_given, answered, lines) => {
    answer = () => answered;

    const { exitCode, out } = await send('--sample', wav);

    expect(exitCode).toBe(1);
    lines.forEach((line) => expect(out).toContainEqual(expect.stringMatching(line)));
  });

  it('given an answer that is not JSON, when --json is asked for, then it is one JSON document all the same', async () => {
    answer = () => ({ status: 502, body: '<html>' });

    const { exitCode, out } = await send('--sample', wav, '--json');

    expect({ exitCode, out }).toEqual({ exitCode: 1, out: ['{"http_status":502,"body":"<html>"}'] });
  });

  it.each([
    ['degraded', 200, 0, /does not answer or refuses the API key/],
    ['error', 503, 1, /cannot work/],
  ])('given the health %s, when asked for, then the exit code tells', async (status, http, exit, meaning) => {
    const parts = { database: 'ok', storage: 'ok', queues: 'ok', elevenlabs: 'error' };
    answer = () => ({ status: http, body: { status, ...parts, timestamp: '2026-01-01T00:00:00.000Z' } });

    const { exitCode, out } = await send('--health');

    expect(server.requests[0]).toMatchObject({ method: 'GET', path: '/v1/health' });
    expect(exitCode).toBe(exit);
    expect(out).toContainEqual(expect.stringMatching(meaning));
    expect(out).toContain('  elevenlabs  error');
  });

  it('given no answer in time, when sent, then the time is named', async () => {
    const silent = createServer((socket) => socket.resume()).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;

    const { exitCode, notes } = await callPrecall([
      'send',
      '--health',
      '--url',
      `http://127.0.0.1:${port}`,
      '--timeout',
      '0.1',
    ]);

    silent.close();
    expect(exitCode).toBe(3);
    expect(notes).toEqual([`http://127.0.0.1:${port} gave no answer within 0.1 s; --timeout waits longer.`]);
  });
});
