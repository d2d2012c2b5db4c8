import { Agent, createServer, type IncomingMessage, request as httpRequest, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { credentialScope } from '../../local/aws/credential-scope';
import { listenOnLoopback } from '../../local/lambda/listen-on-loopback';

/** A request that passed through a relay. Times are those of `performance.now()`. */
export interface RelayedRequest {
  /** Signing name of the AWS service; `elevenlabs` for unsigned requests. */
  readonly service: string;
  readonly operation: string;
  readonly fromMs: number;
  readonly untilMs: number;
  /** What the relay's `cpu` returned when the request began, and when it ended. */
  readonly cpuFromMs: number;
  readonly cpuUntilMs: number;
}

/** A proxy in front of an emulator that adds the latency that the emulator lacks. */
export interface Relay {
  readonly url: string;
  /** Milliseconds added to each request, by service. May be changed at any time. */
  readonly delaysMs: Record<string, number>;
  /** The CPU time of the measured process, in milliseconds. May be set at any time. */
  readonly probe: { cpuMs: () => number };
  /** All requests since the last call. */
  readonly take: () => readonly RelayedRequest[];
  readonly close: () => Promise<void>;
}

const serviceOf = (request: IncomingMessage): string => credentialScope(request)?.service ?? 'elevenlabs';

const operationOf = ({ headers, method, url }: IncomingMessage): string =>
  headers['x-amz-target'] === undefined
    ? `${String(method)} ${String(url?.split('?')[0])}`
    : String(headers['x-amz-target']).split('.').at(-1)!;

/** Starts a relay on 127.0.0.1 in front of `target`. */
export const startRelay = async (target: string): Promise<Relay> => {
  const agent = new Agent({ keepAlive: true });
  const delaysMs: Record<string, number> = {};
  const probe = { cpuMs: () => 0 };
  const now = (): Pick<RelayedRequest, 'untilMs' | 'cpuUntilMs'> => ({
    untilMs: performance.now(),
    cpuUntilMs: probe.cpuMs(),
  });
  let passed: RelayedRequest[] = [];
  const forward = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const fromMs = performance.now();
    const cpuFromMs = probe.cpuMs();
    const service = serviceOf(incoming);
    const operation = operationOf(incoming);
    outgoing.once('close', () => passed.push({ service, operation, fromMs, cpuFromMs, ...now() }));
    const delayMs = delaysMs[service] ?? 0;
    if (delayMs > 0) await sleep(delayMs);
    const { method, headers, url } = incoming;
    const upstream = httpRequest(`${target}${String(url)}`, { method, headers, agent }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    upstream.on('error', () => outgoing.destroy());
    incoming.pipe(upstream);
  };
  const server = createServer((incoming, outgoing) => void forward(incoming, outgoing));
  server.keepAliveTimeout = 60_000;
  const port = await listenOnLoopback(server, 0);
  return {
    url: `http://127.0.0.1:${port}`,
    delaysMs,
    probe,
    take: () => {
      const taken = passed;
      passed = [];
      return taken;
    },
    close: async () => {
      agent.destroy();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
};

/** Returns how many requests at most did not overlap in time, so that one had to wait for the other. */
export const sequential = (requests: readonly RelayedRequest[]): number => {
  let count = 0;
  let freeAtMs = -Infinity;
  for (const { fromMs, untilMs } of requests.toSorted((a, b) => a.untilMs - b.untilMs)) {
    if (fromMs < freeAtMs) continue;
    count += 1;
    freeAtMs = untilMs;
  }
  return count;
};
