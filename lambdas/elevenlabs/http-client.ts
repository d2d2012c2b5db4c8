import { Agent as HttpAgent, type IncomingMessage, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import { addAbortSignal } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { Deadline } from '../platform/deadline';

/** A request to ElevenLabs. */
export interface HttpRequest {
  readonly url: string;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly headers: Readonly<Record<string, string>>;
  /** The parts of the body, which are sent without being copied. */
  readonly body?: readonly Uint8Array[] | undefined;
  /** Maximum time until the whole response has arrived, in milliseconds. */
  readonly timeoutMs: number;
  /** If false, the request never uses a connection that was idle during an earlier invocation. */
  readonly isRepeatable: boolean;
}

/**
 * How long a connection may be idle before it is used again, in milliseconds. Servers close theirs after 5 s or more.
 */
const maxIdleMs = 4_000;

/** Maximum time to connect, in milliseconds. Until then, nothing is sent. */
const connectTimeoutMs = 10_000;

/** The oldest connection first: with `lifo`, Node may choose one that was just closed. */
const agentOptions = { keepAlive: true, scheduling: 'fifo' } as const;
const http = { agent: new HttpAgent(agentOptions), request: httpRequest };
const https = { agent: new HttpsAgent(agentOptions), request: httpsRequest };

/** The last use of each kept connection: in which invocation, and when it ended. */
const uses = new WeakMap<Socket, { readonly invocation: Deadline; freeSinceMs: number }>();

for (const { agent } of [http, https])
  agent.on('free', (socket: Socket) => {
    const use = uses.get(socket);
    if (use !== undefined) use.freeSinceMs = performance.now();
  });

/**
 * Sends a request over a kept connection and returns the response, whose body the caller must read or destroy. Lambda
 * freezes a function between invocations. If the other end closes a connection meanwhile, a request fails only after it
 * was sent, and nobody knows its outcome. `invocation` is the deadline of the current one. Does not follow redirects.
 * Throws the errors of Node's client.
 */
export const exchange = (
  { url, method, headers, body = [], timeoutMs, isRepeatable }: HttpRequest,
  invocation: Deadline,
): Promise<IncomingMessage> => {
  const { agent, request } = url.startsWith('https:') ? https : http;
  closeUnusable(agent, isRepeatable ? undefined : invocation);
  const signal = AbortSignal.timeout(timeoutMs);
  const length = body.reduce((sum, part) => sum + part.length, 0);
  const sized = method === 'GET' ? headers : { ...headers, 'content-length': String(length) };
  return new Promise((resolve, reject) => {
    const sending = request(url, { method, agent, signal, headers: sized });
    sending.once('response', (response) => resolve(addAbortSignal(signal, response)));
    // An error after the response has arrived shows in its body.
    sending.on('error', reject);
    sending.once('socket', (socket) => {
      uses.set(socket, { invocation, freeSinceMs: performance.now() });
      if (socket.connecting) limitConnecting(socket);
    });
    for (const part of body) sending.write(part);
    sending.end();
  });
};

/** Returns the response unless it is a redirect, which ElevenLabs' API never sends. Throws Error for a redirect. */
export const unlessRedirected = (response: IncomingMessage): IncomingMessage => {
  const { statusCode = 0 } = response;
  if (![301, 302, 303, 307, 308].includes(statusCode)) return response;
  response.destroy();
  throw new Error(`Unexpected redirect with status ${statusCode}`);
};

/** Reads the whole body of a response as JSON. Returns the text of a body that is not JSON. */
export const readJson = async (response: IncomingMessage): Promise<unknown> => {
  const body = (await buffer(response)).toString();
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
};

/** Closes idle connections that are too old, or that were used last in another invocation than this one. */
const closeUnusable = (agent: HttpAgent, invocation: Deadline | undefined): void => {
  for (const socket of Object.values(agent.freeSockets).flatMap((sockets) => sockets ?? [])) {
    const use = uses.get(socket);
    const isRecent = use !== undefined && performance.now() - use.freeSinceMs <= maxIdleMs;
    if (!isRecent || (invocation !== undefined && use.invocation !== invocation)) socket.destroy();
  }
};

const limitConnecting = (socket: Socket): void => {
  const timer = setTimeout(() => {
    socket.destroy(Object.assign(new Error('The connection was not established in time'), { code: 'CONNECT_TIMEOUT' }));
  }, connectTimeoutMs);
  const stop = (): void => clearTimeout(timer);
  socket.once('connect', stop).once('close', stop);
};
