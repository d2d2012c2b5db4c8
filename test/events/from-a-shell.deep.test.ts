import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { synthesize } from '../../local/synth';
import { eventFiles, root } from './event-table';

const run = promisify(execFile);
const event = (name: string) => join(root, 'events', name);
let folder: string;
let template: string;

beforeAll(async () => {
  template = (await synthesize(new AbortController().signal)).assemblyDir;
  folder = await mkdtemp(join(tmpdir(), 'precall-shell-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('npm run invoke', () => {
  it('given the command line, when called from a shell, then stdout is JSON and the exit code tells', async () => {
    const call = (...args: string[]) => run('npm', ['run', '--silent', 'invoke', '--', ...args], { cwd: root });

    expect(JSON.parse((await call('health', 'events/health.json', '--template', template)).stdout)).toMatchObject({
      statusCode: 200,
    });
    await expect(call('nobody', 'events/health.json', '--template', template)).rejects.toMatchObject({ code: 2 });
  });
});

describe('npm run events:sign', () => {
  it('given stored events, when signed twice, then only signatures and times differ, and the default secrets made them', async () => {
    await Promise.all(eventFiles().map(async (name) => writeFile(join(folder, name), await readFile(event(name)))));
    const env = { ...process.env, ELEVENLABS_WEBHOOK_SECRET: 'of somebody', INITIATION_SECRET: 'of somebody' };
    const sign = () => run('npm', ['run', '--silent', 'events:sign', folder], { cwd: root, env });
    const timeless = (text: string) =>
      text.replaceAll(/t=\d+,v0=[0-9a-f]{64}/g, 'signature').replaceAll(/"requestTime(Epoch)?": .*/g, 'time');
    await sign();
    await sign();

    for (const name of eventFiles()) {
      const [stored, signed] = await Promise.all(
        [event(name), join(folder, name)].map((path) => readFile(path, 'utf8')),
      );
      expect(timeless(signed!)).toBe(timeless(stored!));
    }
  });
});
