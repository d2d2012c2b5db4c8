import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listenOnLoopback } from './lambda/listen-on-loopback';
import { runningStack } from './running-file';

/** The port of the local stack, taken before anything else starts. */
export interface Front {
  readonly url: string;
  readonly port: number;
  /** What answers from now on; until then every request gets 503. */
  readonly serve: (handle: (request: IncomingMessage, response: ServerResponse) => void) => void;
  /** Stops listening; requests under way have a second to end. */
  readonly close: () => Promise<void>;
}

const closeGraceMs = 1_000;

/**
 * Listens on a port of 127.0.0.1; 0 asks for any free one. Throws a sentence when the port is taken: it names the
 * local stack that has it, if it is one.
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
