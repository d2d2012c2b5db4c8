import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../cli/run';
import { webhookSecret } from '../support/sender';

const root = join(__dirname, '..', '..');

/** A file of the repository. */
export const repositoryFile = (...names: string[]): string => join(root, ...names);

/** What a call of the command left behind. */
export interface CommandResult {
  readonly exitCode: number;
  /** Lines of the result. */
  readonly out: readonly string[];
  /** Lines about the work. */
  readonly notes: readonly string[];
}

/** Runs the real command, as a process of its own that knows the tests' secret. */
export const spawnPrecall = (...args: string[]): Promise<CommandResult> =>
  new Promise((resolve) => {
    const env = { PATH: process.env['PATH'], ELEVENLABS_WEBHOOK_SECRET: webhookSecret };
    const options = { cwd: tmpdir(), env };
    const child = execFile(process.execPath, [repositoryFile('bin', 'precall.cjs'), ...args], options, (_, out, err) =>
      resolve({ exitCode: child.exitCode ?? -1, out: lines(out), notes: lines(err) }),
    );
  });

/** Runs the command in this process. */
export const callPrecall = async (
  args: readonly string[],
  { env = { ELEVENLABS_WEBHOOK_SECRET: webhookSecret }, redraw }: Partial<Parameters<typeof run>[1]> = {},
): Promise<CommandResult> => {
  const [out, notes]: [string[], string[]] = [[], []];
  const exitCode = await run(args, {
    env,
    print: (line) => void out.push(line),
    note: (line) => void notes.push(line),
    redraw,
  });
  return { exitCode, out, notes };
};

const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '');
