import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const bootstrap = join(__dirname, 'bootstrap.cjs');

/**
 * Starts the process of a function instance with the current Node. It sees only `environment`, works in `codeDir`, and
 * ends with this process, because its fourth descriptor is a pipe that then closes.
 */
export const spawnFunction = (
  codeDir: string,
  environment: Readonly<Record<string, string>>,
  onLine: (line: string) => void,
): ChildProcess => {
  const child = spawn(process.execPath, [bootstrap], {
    cwd: codeDir,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  for (const input of [child.stdout, child.stderr]) {
    if (input !== null) createInterface({ input }).on('line', onLine);
  }
  return child;
};

/** Describes how a process ended, in the words of Lambda's Runtime.ExitError. */
export const describeExit = (code: number | null, signal: NodeJS.Signals | null): string => {
  if (signal !== null) return `Runtime exited with error: signal: ${signal}`;
  return code === 0 ? 'Runtime exited without providing a reason' : `Runtime exited with error: exit status ${code}`;
};

/** Returns the peak resident memory of a process in MB, or undefined if the operating system has no /proc. */
export const peakMemoryMb = (pid: number): number | undefined => {
  try {
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return kilobytes === undefined ? undefined : Math.round(Number(kilobytes) / 1024);
  } catch {
    return undefined;
  }
};
