import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { listenOnLoopback } from '../../local/lambda/listen-on-loopback';

/** A relay in front of AWS or ElevenLabs. */
export interface Relay {
  readonly url: string;
  close(): Promise<void>;
}

/** Counts the calls of the functions to the outside, and kills after one of them has had its effect. */
export interface KillSwitch {
  /** Kills after this many calls from now on; the answer of the last one never arrives. */
  arm(afterCalls: number, kill: () => void): void;
  disarm(): void;
  /** What was called since it was armed. */
  readonly calls: string[];
  /** A relay whose calls count. */
  relayTo(target: string): Promise<Relay>;
}

/** What the local stack itself asks its queues for. */
const ownCalls = ['AmazonSQS.ReceiveMessage', 'AmazonSQS.DeleteMessage', 'AmazonSQS.DeleteMessageBatch'];

const nameOf = ({ method, url = '', headers }: IncomingMessage): string =>
  String(headers['x-amz-target'] ?? `${method} ${url.replace(/[?].*/, '')}`);

const bodyOf = async (message: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

/** A disarmed one. */
export const createKillSwitch = (): KillSwitch => {
  const calls: string[] = [];
  let armed: { afterCalls: number; kill: () => void } | undefined;

  const forward = async (target: string, request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const name = nameOf(request);
    const body = await bodyOf(request);
    const upstream = httpRequest(new URL(request.url ?? '/', target), {
      method: request.method,
      headers: request.headers,
    });
    const answered = new Promise<IncomingMessage>((resolve, reject) =>
      upstream.once('response', resolve).once('error', reject),
    );
    upstream.end(body);
    const answer = await answered;
    const answerBody = await bodyOf(answer);
    if (armed !== undefined && !ownCalls.includes(name)) {
      calls.push(name);
      if (calls.length === armed.afterCalls) armed.kill();
      if (calls.length >= armed.afterCalls) return void response.destroy();
    }
    response.writeHead(answer.statusCode ?? 500, answer.headers).end(answerBody);
  };

  return {
    calls,
    arm: (afterCalls, kill) => {
      calls.length = 0;
      armed = { afterCalls, kill };
    },
    disarm: () => void (armed = undefined),
    relayTo: async (target) => {
      const server = createServer((request, response) => {
        forward(target, request, response).catch(() => response.destroy());
      });
      const port = await listenOnLoopback(server, 0);
      return {
        url: `http://127.0.0.1:${port}`,
        close: async () => {
          const closed = new Promise((resolve) => server.close(resolve));
          server.closeAllConnections();
          await closed;
        },
      };
    },
  };
};
