import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listenOnLoopback } from './lambda/listen-on-loopback';
import { runningStack } from './running-file';

/** The local stack's port, which opens before anything else starts. */
export interface Front {
  readonly url: string;
  readonly port: number;
  /** Sets the handler of all requests. Until then, every request gets a 503. */
  readonly serve: (handle: (request: IncomingMessage, response: ServerResponse) => void) => void;
  /** Stops listening. Requests in progress have one second to finish. */
  readonly close: () => Promise<void>;
}

const closeGraceMs = 1_000;

/**
 * Listens on a port of 127.0.0.1, where 0 means any free port. Throws a sentence if the port is taken, naming the local
 * stack that uses it, if any.
 */
export const openFront = async (port: number): Promise<Front> => {
  let handle = (_request: IncomingMessage, response: ServerResponse): void => {
    response.writeHead(503, { 'content-type': 'application/json', 'retry-after': '5' });
    response.end('{"message":"The local stack is starting."}');
  };
  const server = createServer((request, response) => handle(request, response));
  const taken = await listenOnLoopback(server, port).catch((error: unknown) => {
    const other = runningStack(port);
    if (other === undefined) throw error;
    throw new Error(
      `A local stack is already running on port ${port} (process ${other.pid}). ` +
        `Stop it with "kill ${other.pid}", or set PORT to another port.`,
    );
  });
  return {
    url: `http://127.0.0.1:${taken}`,
    port: taken,
    serve: (next) => {
      handle = next;
    },
    close: () =>
      new Promise((resolve) => {
        const cut = setTimeout(() => server.closeAllConnections(), closeGraceMs);
        server.close(() => {
          clearTimeout(cut);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
};
