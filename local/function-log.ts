import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type LogLine, readLogLine } from './demo/log-timeline';

const root = join(__dirname, '..');
const maxKeptLines = 1000;

/** Receives all output of the functions. */
export interface FunctionLog {
  /** The log file, relative to the project. */
  readonly file: string;
  /** The log file as an absolute path. */
  readonly path: string;
  /** The file with lines in the embedded metric format, relative to the project. */
  readonly metricsFile: string;
  readonly write: (functionId: string, line: string) => void;
  /** The latest events, oldest first. */
  readonly recent: () => readonly LogLine[];
  readonly close: () => Promise<void>;
}

/** How to open the log. */
export interface FunctionLogOptions {
  /** Appends to the output of an earlier run instead of replacing it. */
  readonly keeps: boolean;
  /** Receives each event with its line, after it was written. */
  readonly onEvent: (functionId: string, event: LogLine, line: string) => void;
}

/**
 * Opens `.local/logs/<name>.log`, and `<name>.metrics.log` for metrics. Nobody else may write to these files.
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
      // The last lines of a process may arrive after it ended.
      if (isClosed) return;
      // Written synchronously, so that the file contains the log of a request before its response arrives.
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

/** Tells whether a line is in CloudWatch's embedded metric format. */
const isMetric = (line: string): boolean => line.startsWith('{"_aws"') || line.includes('"_aws":{');
