import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { isAlive } from '../ops/is-alive';

const directory = join(__dirname, '..', '.local', 'running');

const fileOf = (port: number): string => join(directory, `${port}.json`);

/** A file that describes a running local stack. */
export interface RunningFile {
  /** Deletes the file. */
  readonly close: () => Promise<void>;
}

/**
 * Writes `.local/running/<port>.json`: the description of a stack that is ready, with its process id. The write is
 * atomic for readers.
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

/** Finds the local stack that is ready on this port. Returns undefined if there is none or its process has ended. */
export const runningStack = (port: number): { readonly pid: number } | undefined => {
  try {
    const { pid } = withPid.parse(JSON.parse(readFileSync(fileOf(port), 'utf8')));
    return isAlive(pid) ? { pid } : undefined;
  } catch {
    return undefined;
  }
};
