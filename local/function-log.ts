import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type LogLine, readLogLine } from './demo/log-timeline';

const root = join(__dirname, '..');
const maxKeptLines = 1000;

/** Where everything that the functions write goes. */
export interface FunctionLog {
  /** The file with the lines of the log, relative to the project. */
  readonly file: string;
  /** The same file, as an absolute path. */
  readonly path: string;
  /** The file with the lines in the embedded metric format, relative to the project. */
  readonly metricsFile: string;
  readonly write: (functionId: string, line: string) => void;
  /** The latest events, oldest first. */
  readonly recent: () => readonly LogLine[];
  readonly close: () => Promise<void>;
}

/** How the log is opened. */
export interface FunctionLogOptions {
  /** Adds to what an earlier run wrote instead of replacing it. */
  readonly keeps: boolean;
  /** Receives each event after it was written, with its line. */
  readonly onEvent: (functionId: string, event: LogLine, line: string) => void;
}

/**
 * Writes to `.local/logs/<name>.log`, and metrics to `<name>.metrics.log`. The caller owns the name: nobody else may
 * write to these files.
 */
export const openFunctionLog = (name: string, { keeps, onEvent }: FunctionLogOptions): FunctionLog => {
  const directory = join(root, '.local', 'logs');
  mkdirSync(directory, { recursive: true });
  const open = (suffix: string) => {
    const path = join(directory, `${name}${suffix}`);
    return { path, descriptor: openSync(path, keeps ? 'a' : 'w') };
  };
  const [log, metrics] = [open('.log'), open('.metrics.log')];
  const kept: LogLine[] = [];
  let isClosed = false;
  return {
    file: relative(root, log.path),
    path: log.path,
    metricsFile: relative(root, metrics.path),
    write: (functionId, line) => {
      // The last lines of a process may come after its end.
      if (isClosed) return;
      // At once: whoever has an answer finds in the file what led to it.
      writeSync((isMetric(line) ? metrics : log).descriptor, `${functionId} ${line}\n`);
      const event = readLogLine(line);
      if (event === undefined) return;
      kept.push(event);
      if (kept.length > maxKeptLines) kept.shift();
      onEvent(functionId, event, line);
    },
    recent: () => kept,
    close: () => {
      isClosed = true;
      [log, metrics].forEach(({ descriptor }) => closeSync(descriptor));
      return Promise.resolve();
    },
  };
};

/** A line in CloudWatch's embedded metric format. */
const isMetric = (line: string): boolean => line.startsWith('{"_aws"') || line.includes('"_aws":{');
