import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { type Part, readMultipart } from '../../lambdas/platform/multipart';

/** A request as it came in. */
export interface Recorded {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** What the server answers; a body that is no text goes out as JSON. */
export interface RecordedAnswer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A server that keeps what it gets. */
export interface RecordingServer {
  readonly url: string;
  readonly requests: Recorded[];
  close(): Promise<void>;
}

/** Starts one that answers as `answer` says. */
export const startRecordingServer = async (answer: (request: Recorded) => RecordedAnswer): Promise<RecordingServer> => {
  const requests: Recorded[] = [];
  const handle = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', url: path = '', headers } = incoming;
    const request = { method, path, headers, body: await buffer(incoming) };
    requests.push(request);
    const { status, body, headers: answered } = answer(request);
    response.writeHead(status, answered);
    response.end(body === undefined || typeof body === 'string' ? body : JSON.stringify(body));
  };
  const server = createServer((incoming, response) => void handle(incoming, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

/** The parts of a form that was sent. */
export const partsOf = ({ headers, body }: Recorded): Promise<Part[]> =>
  readMultipart(headers['content-type'] ?? '', body, { maxParts: 20, maxPartBytes: 20_000_000 });
