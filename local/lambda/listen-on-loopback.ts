import { once } from 'node:events';
import type { Server } from 'node:http';

/**
 * Listens on 127.0.0.1 and resolves with the port; 0 means any free port. Idle connections stay open. Throws a sentence
 * if the port is taken.
 */
export const listenOnLoopback = async (server: Server, port: number): Promise<number> => {
  // On a busy machine, a client would otherwise send its next request over a connection that is being closed.
  server.keepAliveTimeout = 0;
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw new Error(
      `Cannot listen on 127.0.0.1:${port}. Stop the process that uses this port, or choose another port.`,
      { cause },
    );
  }
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no TCP port');
  return address.port;
};
