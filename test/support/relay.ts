import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { listenOnLoopback } from '../../local/lambda/listen-on-loopback';
import { bodyOf, stop } from './http';

/** A relay in front of AWS or ElevenLabs. */
export interface Relay {
  readonly url: string;
  close(): Promise<void>;
}

/** What may happen to a call on its way; its name is the AWS action, or method and path. */
export interface RelayFaults {
  /** An answer in place of the true one, before anything happens. */
  readonly refuse?: (name: string) => { status: number; body: string } | undefined;
  /** Whether it is never answered, before anything happens. */
  readonly hang?: (name: string, body: Buffer) => boolean;
  /** Whether the answer gets lost after all has happened. */
  readonly lose?: (name: string) => boolean;
}

const nameOf = ({ method, url = '', headers }: IncomingMessage): string =>
  String(headers['x-amz-target'] ?? `${method} ${url.replace(/[?].*/, '')}`);

const forward = async (
  target: string,
  { refuse, hang, lose }: RelayFaults,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const name = nameOf(request);
  const body = await bodyOf(request);
  if (hang?.(name, body) === true) return;
  const refusal = refuse?.(name);
  if (refusal !== undefined) return void response.writeHead(refusal.status).end(refusal.body);
  const { method, headers } = request;
  const upstream = httpRequest(new URL(request.url ?? '/', target), { method, headers });
  const answered = new Promise<IncomingMessage>((resolve, reject) =>
    upstream.once('response', resolve).once('error', reject),
  );
  upstream.end(body);
  const answer = await answered;
  const answerBody = await bodyOf(answer);
  if (lose?.(name) === true) return void response.destroy();
  response.writeHead(answer.statusCode ?? 500, answer.headers).end(answerBody);
};

/** Starts a relay on a free port of 127.0.0.1. */
export const startRelay = async (target: string, faults: RelayFaults): Promise<Relay> => {
  const server = createServer((request, response) => {
    forward(target, faults, request, response).catch(() => response.destroy());
  });
  const port = await listenOnLoopback(server, 0);
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => stop(server),
  };
};
