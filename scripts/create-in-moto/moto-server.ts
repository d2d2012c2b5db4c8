import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { listenOnLoopback } from '../../local/lambda/listen-on-loopback';

/** A moto that listens on this machine. */
export interface MotoServer {
  readonly endpoint: string;
  /** Ends it, if it was started here. */
  close(): Promise<void>;
}

const patienceMs = 60_000;
const loopback = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** The moto at `endpoint`, or else a new one on a free port of 127.0.0.1. Throws a sentence when there is none, or it is elsewhere. */
export const openMoto = async (endpoint: string | undefined, signal: AbortSignal): Promise<MotoServer> => {
  if (endpoint === undefined) return startMoto(signal);
  if (!URL.canParse(endpoint) || !loopback.has(new URL(endpoint).hostname))
    throw new Error(
      `AWS_ENDPOINT_URL is ${endpoint}: this only goes to a moto_server on this machine, such as http://127.0.0.1:5000.`,
    );
  await untilItAnswers(endpoint, undefined, signal);
  return { endpoint: endpoint.replace(/\/$/, ''), close: () => Promise.resolve() };
};

const startMoto = async (signal: AbortSignal): Promise<MotoServer> => {
  const port = await freePort();
  const child = spawn('moto_server', ['-H', '127.0.0.1', '-p', String(port)], { detached: true, stdio: 'ignore' });
  const failed = once(child, 'error').then(([error]: unknown[]) => {
    throw new Error('moto_server is not on the path: install it, for instance with "pip install moto[server]".', {
      cause: error,
    });
  });
  const endpoint = `http://127.0.0.1:${port}`;
  try {
    await Promise.race([untilItAnswers(endpoint, child, signal), failed]);
  } catch (error) {
    await end(child);
    throw error;
  }
  return { endpoint, close: () => end(child) };
};

const freePort = async (): Promise<number> => {
  const server = createServer();
  const port = await listenOnLoopback(server, 0);
  await new Promise((resolve) => server.close(resolve));
  return port;
};

const untilItAnswers = async (
  endpoint: string,
  child: ChildProcess | undefined,
  signal: AbortSignal,
): Promise<void> => {
  const untilMs = Date.now() + (child === undefined ? 0 : patienceMs);
  for (;;) {
    const answer = await fetch(`${endpoint}/moto-api/`, { signal }).catch(() => undefined);
    if (answer?.ok === true) return;
    signal.throwIfAborted();
    if (child !== undefined && child.exitCode !== null) throw new Error('moto_server ended as soon as it was started.');
    if (Date.now() >= untilMs) throw new Error(`No moto_server answers at ${endpoint}.`);
    await sleep(200, undefined, { signal });
  }
};

/** The command may be a script around the server, so its whole group is ended. */
const end = async (child: ChildProcess): Promise<void> => {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  process.kill(-child.pid, 'SIGTERM');
  await ended;
};
