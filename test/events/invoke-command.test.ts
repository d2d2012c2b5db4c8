import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startAwsEmulators } from '../../local/aws/emulators';
import type { LocalSettings } from '../../local/settings';
import { synthesize } from '../../local/synth';
import { openStage } from '../../scripts/invoke/open-stage';
import { runInvoke } from '../../scripts/invoke/run-invoke';
import { readEvent, root } from './event-table';
import { localDefaults } from './local-defaults';

const event = (name: string) => join(root, 'events', name);
let folder: string;
let template: string;

beforeAll(async () => {
  template = (await synthesize(new AbortController().signal)).assemblyDir;
  folder = await mkdtemp(join(tmpdir(), 'precall-invoke-'));
});
afterAll(() => rm(folder, { recursive: true }));

const invoke = async (args: readonly string[], settings: Partial<LocalSettings> = {}, signal?: AbortSignal) => {
  const printed: string[] = [];
  const noted: string[] = [];
  const code = await runInvoke(['--template', template, ...args], {
    settings: { ...localDefaults, ...settings },
    print: (text) => printed.push(text),
    note: (text) => noted.push(text),
    signal: signal ?? new AbortController().signal,
  });
  return { code, printed: printed.join('\n'), noted: noted.join('\n') };
};

const fileOf = async (name: string, content: unknown): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, JSON.stringify(content));
  return path;
};

/** An old event, signed by nobody. */
const oldUpload = () => {
  const upload = readEvent('uploads.json');
  const headers = { ...(upload['headers'] as object), 'ElevenLabs-Signature': 't=1702425485,v0=00' };
  return fileOf('old.json', { ...upload, headers });
};

describe('npm run invoke', () => {
  it('given a short name and an event, when run, then the result is on stdout, the log on stderr, and the code is 0', async () => {
    const { code, printed, noted } = await invoke(['uploads', event('uploads.json')]);

    expect(code).toBe(0);
    expect(JSON.parse(printed)).toMatchObject({ statusCode: 200 });
    expect(noted).toContain('"event":"upload_offered"');
    expect(noted).toMatch(/REPORT RequestId: [\w-]{36}\tDuration: [\d.]+ ms\tInit Duration: [\d.]+ ms/);
  });

  it('given an old signature, when run, then it is signed afresh, and as it is only when asked for', async () => {
    const path = await oldUpload();

    expect(JSON.parse((await invoke(['UploadsFunction', path])).printed)).toMatchObject({ statusCode: 200 });
    expect(JSON.parse((await invoke(['UploadsFunction', path, '--as-is'])).printed)).toMatchObject({ statusCode: 401 });
  });

  it('given a function that throws, when run, then its error is on stdout and the code is 1', async () => {
    const variables = await fileOf('env.json', { ReconcileFunction: { LEDGER_TABLE: '' } });

    const { code, printed } = await invoke(['reconcile', event('reconcile.json'), '--env', variables]);

    expect(code).toBe(1);
    expect(JSON.parse(printed)).toMatchObject({
      errorType: expect.any(String) as string,
      requestId: expect.any(String) as string,
    });
  });

  it('given variables of all and of one function, when run, then the one function\u2019s win, and undeclared ones are not given', async () => {
    const variables = await fileOf('both.json', {
      Parameters: { VOICE_CLONE_MAX_SIZE_MB: 10, NOT_DECLARED: 'x' },
      UploadsFunction: { VOICE_CLONE_MAX_SIZE_MB: 0.1 },
    });

    const { printed } = await invoke(['uploads', event('uploads.json'), '--env', variables]);

    expect(JSON.parse(printed)).toMatchObject({ statusCode: 413 });
  });

  it.each([
    ['no event', ['precall'], 'Pass the path of an event file for precall.'],
    ['a second event', ['precall', 'a.json', 'b.json'], 'Remove b.json'],
    ['a file that is not there', ['precall', 'nowhere.json'], 'nowhere.json cannot be read: there is no such file.'],
    ['an unknown flag', ['precall', 'a.json', '--verbose'], '--verbose'],
    [
      'an unknown function',
      ['nobody', 'a.json'],
      'Function nobody not found. The template has:\n  CloneWorkerFunction\n',
    ],
    ['a function beside --write-env', ['precall', '--write-env', 'x.json'], 'Remove precall'],
  ])('given %s, when run, then a sentence says so and the code is 2', async (_given, args, sentence) => {
    const { code, printed, noted } = await invoke(args);

    expect({ code, printed }).toEqual({ code: 2, printed: '' });
    expect(noted).toContain(sentence);
  });

  it('given no stack in the folder, when run, then a sentence says so and the code is 2', async () => {
    const { code, noted } = await invoke(['precall', event('precall.json'), '--template', folder]);

    expect(code).toBe(2);
    expect(noted).toContain(`${folder} cannot be used`);
  });

  it('given emulators that run, when run on them, then their secrets stay, and sign the event', async () => {
    const emulators = await startAwsEmulators();
    const settings = { ...localDefaults, AWS_ENDPOINT_URL: emulators.url };
    const first = {
      assemblyDir: template,
      settings: { ...settings, ELEVENLABS_WEBHOOK_SECRET: 'of the first' },
      environment: {},
    };
    await (await openStage(first)).close();

    const { printed } = await invoke(['uploads', event('uploads.json')], settings);
    const second = await openStage({ ...first, settings });
    await second.close();
    await emulators.close();

    expect(JSON.parse(printed)).toMatchObject({ statusCode: 200 });
    expect(second.secrets).toMatchObject({ ElevenLabsWebhookSecret: 'of the first' });
  });

  it('given an address where nothing listens, when run, then the sentence names it', async () => {
    const settings = { AWS_ENDPOINT_URL: 'http://127.0.0.1:9' };

    await expect(invoke(['health', event('health.json')], settings)).rejects.toThrow(
      'AWS_ENDPOINT_URL http://127.0.0.1:9 does not answer',
    );
  });

  it('given a run that is told to end, when it is at work, then it ends early', async () => {
    const told = new AbortController();
    const running = invoke(['precall', event('precall.json')], {}, told.signal);
    setTimeout(() => told.abort(), 900);

    await expect(running).rejects.toThrow('The invocation was ended.');
  });
});
