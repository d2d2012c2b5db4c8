import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { run } from '../../cli/run';
import { forgetKeptState } from '../../local/kept-state';
import { type LocalStack, startLocalStack } from '../../local/local-stack';
import { type LocalSettings, localSettings, misspeltSettings } from '../../local/settings';

const root = join(__dirname, '..', '..');
let port = 0;

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });

const settings = (): LocalSettings => ({ ...localSettings.parse({}), PORT: port, PRECALL_DEMO: 'off' });
const start = (keep: boolean): Promise<LocalStack> =>
  startLocalStack(settings(), () => undefined, undefined, {}, { keep });

const precall = async (...args: string[]) => {
  const out: string[] = [];
  const exitCode = await run([...args, '--port', String(port)], {
    env: {},
    print: (line) => void out.push(line),
    note: (line) => void out.push(line),
    redraw: undefined,
  });
  return { exitCode, text: out.join('\n') };
};

beforeAll(async () => {
  port = await freePort();
});
afterAll(() => forgetKeptState(port));

describe('a local stack that keeps its state', () => {
  it('given a call, a caller and a new secret, when restarted, then all are as before, and the file of the running stack goes and comes', async () => {
    const wav = join(root, 'events', 'samples', 'caller.wav');
    const running = join(root, '.local', 'running', `${port}.json`);
    const first = await start(true);
    expect(JSON.parse(readFileSync(running, 'utf8'))).toMatchObject({
      pid: process.pid,
      port,
      bucket: first.places.bucket,
    });
    await precall('trigger', 'precall', '--conversation-id', 'conv_kept');
    await precall('caller', 'enrol', '+31612345678', '--sample', wav);
    await precall('secret', 'set', 'ThreeCxWebhookSecret', '--value', 'of my own', '--yes');
    const voices = (await precall('voices')).text;
    await first.close();
    expect(existsSync(running)).toBe(false);
    expect(await precall('status')).toMatchObject({ exitCode: 3 });

    const second = await start(true);

    expect((await precall('voices')).text).toBe(voices);
    expect((await precall('calls')).text).toMatch(/conv_kept .* under way/);
    expect((await precall('caller', 'show', '+31612345678')).text).toContain('1 sample');
    expect(await precall('trigger', 'threecx')).toMatchObject({ exitCode: 0 });
    expect(await precall('end', 'conv_kept')).toMatchObject({ exitCode: 0 });
    await second.close();
  });

  it('given a stack that runs, when another starts on its port, then it says whose port it is, and nothing happens to the first', async () => {
    const first = await start(false);
    await precall('trigger', 'precall', '--conversation-id', 'conv_first');
    const log = readFileSync(join(root, first.logFile), 'utf8');

    await expect(start(false)).rejects.toThrow(
      `A local stack runs on port ${port} (process ${process.pid}), and goes on.`,
    );

    expect(readFileSync(join(root, first.logFile), 'utf8')).toBe(log);
    expect(await precall('end', 'conv_first')).toMatchObject({ exitCode: 0 });
    await first.close();
  });
});

describe('names that are nearly those of settings', () => {
  it('given one, then it is named with the one that was meant', () => {
    const environment = { VOICE_TTL_HOUR: '3', RECONCILE_SECOND: '1', PATH: 'x', LOG_LEVEL: 'INFO', HOME: '/' };

    expect(misspeltSettings(environment)).toEqual([
      'VOICE_TTL_HOUR is not a setting and has no effect. Did you mean VOICE_TTL_HOURS?',
      'RECONCILE_SECOND is not a setting and has no effect. Did you mean RECONCILE_SECONDS?',
    ]);
  });
});
