import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');
let child: ChildProcess;
let printed = '';

const start = (args: string[], environment: NodeJS.ProcessEnv = {}): void => {
  printed = '';
  child = spawn('npm', ['start', '--silent', '--', ...args], {
    cwd: root,
    env: { ...process.env, PORT: '0', ...environment },
  });
  child.stdout!.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  child.stderr!.on('data', (chunk: Buffer) => (printed += chunk.toString()));
};

const exitCode = async (): Promise<number | null> =>
  child.exitCode ?? ((await once(child, 'exit')) as [number | null])[0];

const ready = async (): Promise<string> => {
  for (;;) {
    const url = /^ready (http:\/\/127\.0\.0\.1:\d+)$/m.exec(printed)?.[1];
    if (url !== undefined) return url;
    if (child.exitCode !== null) throw new Error(`It ended early: ${printed}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};

/** The running processes whose parent is, or was, one of these. */
const descendants = (pid: number): number[] => {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const [, state, parent] = /\) (\w) (\d+)/.exec(readFileSync(`/proc/${name}/stat`, 'utf8')) ?? [];
        return state === 'Z' ? [] : [{ pid: Number(name), parent: Number(parent) }];
      } catch {
        return [];
      }
    });
  const children = parents.filter(({ parent }) => parent === pid).map((process) => process.pid);
  return children.flatMap((each) => [each, ...descendants(each)]);
};

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
};

describe('npm start', () => {
  it('given an argument that it does not know, then it says so and ends with 2 before anything starts', async () => {
    start(['--onc']);

    expect(await exitCode()).toBe(2);
    expect(printed).toContain('takes --once, --keep, --json and --help, and not --onc');
  });

  it('given --once, when the call went well, then it prints what happened and ends with 0', async () => {
    start(['--once']);

    expect(await exitCode()).toBe(0);

    expect(printed).toMatch(/voice cloned at ElevenLabs · HTTP 200/);
    expect(printed).toMatch(/sample in S3 · samples\/conv_demo_/);
    expect(printed).toMatch(/row in the ledger · AGENT#agent_def456uvw/);
    expect(printed).toMatch(
      /The caller's voice is on the agent\. The call ends\.[^]*the clone is deleted[^]*the caller's voice is gone\.\nready http/,
    );
    const contract = JSON.parse(printed.split('\n').find((line) => line.startsWith('{'))!) as object;
    expect(Object.keys(contract)).toEqual([
      'aws',
      'elevenlabs',
      'region',
      'bucket',
      'table',
      'queues',
      'secrets',
      'logs',
    ]);
  });

  it('given a running stack, when it is told to end, then it does, with 0, and leaves no process behind', async () => {
    start([]);
    const url = await ready();
    expect((await fetch(`${url}/health`)).status).toBe(200);
    const { elevenlabs } = JSON.parse(printed.split('\n').find((line) => line.startsWith('{'))!) as {
      elevenlabs: string;
    };
    const simulated = await (await fetch(`${elevenlabs}/_simulator/state`)).json();
    expect(simulated).toMatchObject({ violations: [] });
    const processes = descendants(child.pid!);
    expect(processes.length).toBeGreaterThan(1);

    child.kill('SIGTERM');

    expect(await exitCode()).toBe(0);
    expect(processes.filter(isRunning)).toEqual([]);
  });

  it.each([
    ['a port that is none', { PORT: '70000' }, /PORT/],
    ['a deploy-time setting that is not valid', { LOG_LEVEL: 'LOUD' }, /Settings are not valid: LOG_LEVEL/],
    [
      'an AWS endpoint that is down',
      { AWS_ENDPOINT_URL: 'http://127.0.0.1:9' },
      /AWS_ENDPOINT_URL http:\/\/127.0.0.1:9 does not answer/,
    ],
  ])('given %s, when started, then it says so in a sentence and ends with 1', async (_given, environment, sentence) => {
    start([], environment);

    expect(await exitCode()).toBe(1);
    expect(printed).toMatch(sentence);
    expect(printed).not.toMatch(/\n\s+at /);
  });
});
