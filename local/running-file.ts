import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

const directory = join(__dirname, '..', '.local', 'running');

const fileOf = (port: number): string => join(directory, `${port}.json`);

/** A file that says where a local stack runs. */
export interface RunningFile {
  /** Takes the file away. */
  readonly close: () => Promise<void>;
}

/**
 * Writes `.local/running/<port>.json`: what a stack that is ready has said about itself, with its process id. Readers
 * never see half of it.
 */
export const writeRunningFile = (port: number, about: object): RunningFile => {
  mkdirSync(directory, { recursive: true });
  const unfinished = `${fileOf(port)}.${process.pid}`;
  writeFileSync(unfinished, `${JSON.stringify({ ...about, pid: process.pid }, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(unfinished, fileOf(port));
  return {
    close: () => {
      rmSync(fileOf(port), { force: true });
      return Promise.resolve();
    },
  };
};

const withPid = z.object({ pid: z.number().int() });

/** The local stack that is ready on this port; undefined if there is none, or if its process has ended. */
export const runningStack = (port: number): { readonly pid: number } | undefined => {
  try {
    const { pid } = withPid.parse(JSON.parse(readFileSync(fileOf(port), 'utf8')));
    return isAlive(pid) ? { pid } : undefined;
  } catch {
    return undefined;
  }
};

/** Whether a process with this id runs. */
export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It runs, and is somebody else's.
    return z.object({ code: z.literal('EPERM') }).safeParse(error).success;
  }
};
