import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type LogLine, readLogLine } from './demo/log-timeline';

const root = join(__dirname, '..');
const maxKeptLines = 1000;

/** Where everything that the functions write goes. */
export interface FunctionLog {
  /** The file, relative to the project. */
  readonly file: string;
  readonly write: (functionId: string, line: string) => void;
  /** The latest events, oldest first. */
  readonly recent: () => readonly LogLine[];
  readonly close: () => Promise<void>;
}

/** Writes to `.local/logs/<name>.log`, and shows what went wrong where `print` goes. */
export const openFunctionLog = (name: string, print: (line: string) => void): FunctionLog => {
  const directory = join(root, '.local', 'logs');
  mkdirSync(directory, { recursive: true });
  const path = join(directory, `${name}.log`);
  const file = openSync(path, 'w');
  const kept: LogLine[] = [];
  let isClosed = false;
  return {
    file: relative(root, path),
    write: (functionId, line) => {
      // The last lines of a process may come after its end.
      if (isClosed) return;
      // At once: whoever has an answer finds in the file what led to it.
      writeSync(file, `${functionId} ${line}\n`);
      const event = readLogLine(line);
      if (event === undefined) return;
      kept.push(event);
      if (kept.length > maxKeptLines) kept.shift();
      if (event.level === 'ERROR') print(`  ! ${functionId}: ${event.event} · ${line}`);
    },
    recent: () => kept,
    close: () => {
      isClosed = true;
      closeSync(file);
      return Promise.resolve();
    },
  };
};
