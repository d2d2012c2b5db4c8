import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../support/precall-command';
import { type RunningStack, startStack } from '../support/running-stack';
import { audioFixture, spokenSample } from '../support/samples';
import { newConversationId } from '../support/sender';
import { callPrecall, repositoryFile, spawnPrecall } from './call-precall';

let running: RunningStack;
let url: string;
const folder = mkdtempSync(join(tmpdir(), 'precall-cli-'));
const wav = repositoryFile('events', 'samples', 'caller.wav');
const ogg = repositoryFile('events', 'samples', 'caller.ogg');
const payload = repositoryFile('events', 'payloads', 'precall.json');

beforeAll(async () => {
  running = await startStack();
  url = running.stack.url;
});

afterAll(async () => {
  await running.close();
  rmSync(folder, { recursive: true });
});

const inFile = (name: string, content: string | Buffer): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const lastCloned = (): Buffer =>
  running.elevenLabs.seen
    .findLast(({ operation }) => operation === 'createVoice')!
    .form.find(({ name }) => name === 'files')!.bytes;

describe('precall send, as a process', () => {
  it('given a payload and a recording, when sent as JSON, then the voice is on the agent and the answer is readable', async () => {
    const result = await spawnPrecall('send', payload, '--sample', wav, '--agent-id', 'agent_1', '--url', url);

    expect(result).toMatchObject({ exitCode: 0, notes: [] });
    const { voiceId } = running.elevenLabs.agent('agent_1');
    expect(result.out).toEqual([
      `POST ${url}/webhook/precall: conversation conv_abc123xyz, agent agent_1`,
      expect.stringMatching(/^200 OK, \d+ ms$/),
      'The voice is cloned and on the agent.',
      expect.stringMatching(new RegExp(`^  voice +Ivan_Clone_\\w+ \\(${voiceId}\\)$`)),
      expect.stringMatching(/^ {2}conversation +conv_abc123xyz$/),
      expect.stringMatching(/^ {2}time in service +\d+ ms$/),
    ]);
    expect(lastCloned()).toEqual(spokenSample('caller.wav'));
  });

  it('given a port where nothing listens, when sent, then a sentence says so', async () => {
    const closed = await freePort();

    const { exitCode, notes } = await spawnPrecall('send', '--health', '--url', `http://127.0.0.1:${closed}`);

    expect(exitCode).toBe(3);
    expect(notes).toEqual([
      `Nothing listens at http://127.0.0.1:${closed}. Start the local stack with "npm start", or check --port and --url.`,
    ]);
  });
});

describe('precall send', () => {
  it('given a file that is not there, when sent, then a sentence and the way to the help say so', async () => {
    expect(await callPrecall(['send', 'missing.json'])).toEqual({
      exitCode: 2,
      out: [],
      notes: ['missing.json cannot be read: there is no such file.', 'Help: npx precall send --help'],
    });
  });

  it('given --multipart and --json, when sent, then stdout is the answer as one JSON document', async () => {
    const args = ['--sample', ogg, '--name', 'Ada', '--agent-id', 'agent_2', '--multipart', '--json'];

    const { exitCode, out, notes } = await callPrecall(['send', ...args, '--url', running.precallUrl]);

    expect({ exitCode, notes }).toEqual({ exitCode: 0, notes: [] });
    expect(out).toHaveLength(1);
    expect(JSON.parse(out[0]!)).toMatchObject({ status: 'success', caller_info: { Name: 'Ada' } });
    expect(lastCloned()).toEqual(spokenSample('caller.ogg'));
  });

  it('given a wrong secret, when sent, then the refusal is shown with what to check', async () => {
    const { exitCode, out } = await callPrecall(['send', '--sample', ogg, '--secret', 'wsec_other', '--url', url]);

    expect(exitCode).toBe(1);
    expect(out[1]).toMatch(/^401 Unauthorized/);
    expect(out[2]).toMatch(/check --secret/);
    expect(out.slice(3)).toEqual([
      expect.stringMatching(/^ {2}error_code +INVALID_SIGNATURE$/),
      expect.stringMatching(/^ {2}error_message +The signature does not match/),
    ]);
  });

  it('given --invalid, when the service refuses, then that is as expected', async () => {
    const { exitCode, out } = await callPrecall(['send', '--sample', ogg, '--invalid', '--url', url]);

    expect(exitCode).toBe(0);
    expect(out.slice(1, 3)).toEqual([
      expect.stringMatching(/^401/),
      'The wrong signature was refused, as it should be.',
    ]);
  });

  it('given --health, when all is well, then each dependency is shown', async () => {
    const { exitCode, out } = await callPrecall(['send', '--health', '--url', running.precallUrl]);

    expect(exitCode).toBe(0);
    expect(out.slice(0, 3)).toEqual([`GET ${url}/health`, expect.stringMatching(/^200 OK/), 'All is well.']);
    expect(out.slice(3).map((line) => line.trim().split(/ +/))).toEqual([
      ['status', 'ok'],
      ['database', 'ok'],
      ['storage', 'ok'],
      ['queues', 'ok'],
      ['elevenlabs', 'ok'],
      ['timestamp', expect.stringMatching(/Z$/)],
    ]);
  });

  it('given a payload with its own sample, when sent as multipart, then the sample travels as a file', async () => {
    const sample = { format: 'base64', data: spokenSample('caller.mp3').toString('base64') };
    const event = { type: 'pre_call', agent_id: 'agent_3', conversation_id: newConversationId(), voice_sample: sample };
    const path = inFile('own-sample.json', JSON.stringify(event));

    const { exitCode, out } = await callPrecall(['send', path, '--multipart', '--json', '--url', url]);

    expect(exitCode).toBe(0);
    expect(JSON.parse(out[0]!)).toMatchObject({ conversation_id: event.conversation_id });
    expect(lastCloned()).toEqual(spokenSample('caller.mp3'));
  });

  it('given a sample that is too short, when sent, then the measured value and the limit are shown', async () => {
    const path = inFile('short.wav', audioFixture('too-short-2s.wav'));

    const { exitCode, out } = await callPrecall(['send', '--sample', path, '--url', url]);

    expect(exitCode).toBe(1);
    expect(out).toContainEqual(expect.stringMatching(/^400 Bad Request/));
    expect(out).toContainEqual(expect.stringMatching(/error_message .*lasts 2 s; at least 3 s/));
  });

  it.each([
    ['Lambda takes', 5_000_000, /makes an event of about 6,6\d\d,\d\d\d bytes; Lambda takes at most 6,291,456 bytes/],
    ['API Gateway takes', 8_000_000, /has 10,66\d,\d\d\d bytes; API Gateway takes at most 10,485,760 bytes/],
  ])('given a body beyond what %s, when sent, then it is said before and after', async (...given) => {
    const [, bytes, warning] = given;
    const path = inFile('large.wav', randomBytes(bytes));

    const { exitCode, out, notes } = await callPrecall(['send', '--sample', path, '--url', url]);

    expect(exitCode).toBe(1);
    expect(notes).toEqual([expect.stringMatching(warning)]);
    expect(notes[0]).toContain('--via-upload');
    expect(out[1]).toMatch(/^413/);
    expect(out[2]).toContain('--via-upload');
    expect(out[2]).toContain('AWS refused the request');
    expect(out.slice(3).join('')).toMatch(/message +Request Too Long/);
  });

  it('given a wrong path, when sent, then the URL is to be checked', async () => {
    const { exitCode, out } = await callPrecall(['send', '--sample', ogg, '--url', `${url}/nowhere`]);

    expect(exitCode).toBe(1);
    expect(out[1]).toMatch(/^404/);
    expect(out[2]).toMatch(/no such route: check the path of --url/);
  });
});
