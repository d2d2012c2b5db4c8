import * as http from 'node:http';
import * as https from 'node:https';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import * as z from 'zod';

/** One HTTP request. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  /** Time limit of the whole exchange, in seconds. */
  readonly timeoutS: number;
  /** Receives the number of body bytes sent so far. */
  readonly onSent?: (sentBytes: number) => void;
}

/** An HTTP response. */
export interface Answer {
  readonly status: number;
  readonly statusText: string;
  readonly retryAfter: string | undefined;
  readonly body: string;
  readonly tookMs: number;
}

/** No response arrived. The message is a sentence with the address and what to do. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
}

/**
 * Sends a request and reads its response. A response that arrives before the whole body was sent is accepted. Throws
 * Unreachable if none arrives.
 */
export const exchange = async (request: HttpRequest): Promise<Answer> => {
  const timeout = AbortSignal.timeout(Math.ceil(request.timeoutS * 1000));
  const startedMs = performance.now();
  try {
    const response = await answerTo(request, timeout);
    return {
      status: response.statusCode ?? 0,
      statusText: response.statusMessage ?? '',
      retryAfter: response.headers['retry-after'],
      body: await text(response),
      tookMs: Math.round(performance.now() - startedMs),
    };
  } catch (error) {
    throw new Unreachable(timeout.aborted ? tooLate(request) : unreachable(request.url, error), { cause: error });
  }
};

/** Size of a chunk: small enough to show progress, large enough not to slow the upload. */
const chunkBytes = 16_384;

const answerTo = (request: HttpRequest, signal: AbortSignal): Promise<http.IncomingMessage> =>
  new Promise((resolve, reject) => {
    const { method, url, headers, body = Buffer.alloc(0), onSent } = request;
    const client = url.protocol === 'https:' ? https : http;
    const own = { 'User-Agent': 'precall-sender', ...(method === 'POST' ? { 'Content-Length': body.length } : {}) };
    const outgoing = client.request(url, { method, headers: { ...headers, ...own }, agent: false, signal });
    outgoing.on('response', (response) => {
      response.once('end', () => outgoing.destroy()); // else what the service did not wait for would still be sent
      resolve(response);
    });
    outgoing.on('error', reject);
    Readable.from(chunksOf(body, onSent)).pipe(outgoing);
  });

const chunksOf = function* (body: Buffer, onSent: (sentBytes: number) => void = () => undefined): Generator<Buffer> {
  for (let sent = 0; sent < body.length; sent += chunkBytes) {
    yield body.subarray(sent, sent + chunkBytes);
    onSent(Math.min(sent + chunkBytes, body.length));
  }
};

const tooLate = ({ url, timeoutS }: HttpRequest): string =>
  `${url.origin} gave no answer within ${timeoutS} s; --timeout waits longer.`;

const unreachable = (url: URL, error: unknown): string => {
  const { code, message } = failure.parse(error);
  if (code === 'ECONNREFUSED')
    return isLocal(url)
      ? `Nothing listens at ${url.origin}. Start the local stack with "npm start", or check --port and --url.`
      : `Nothing listens at ${url.origin}: check --url.`;
  if (code === 'ENOTFOUND') return `There is no host named ${url.hostname}: check --url.`;
  if (code === 'EPIPE' || code === 'ECONNRESET')
    return `${url.origin} closed the connection before it answered; the request may be too large for it.`;
  return `${url.origin} could not be reached: ${message === '' ? (code ?? 'the connection failed') : message}.`;
};

const failure = z.object({ code: z.string().optional(), message: z.string() }).catch({ message: '' });

const isLocal = ({ hostname }: URL): boolean => /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
