import { once } from 'node:events';
import { createServer } from 'node:http';
import { WrongUse } from '../../cli/wrong-use';
import type { Installation } from '../../ops/installation';
import { consoleAddress, newToken, openConsole } from './console';

/** A console that listens on its own port. */
export interface ServedConsole {
  /** The address to open in a browser. */
  readonly address: string;
  readonly close: () => Promise<void>;
}

/** How often the calls are read while somebody watches, in milliseconds. Each read queries the table's index. */
const everyMs = 5_000;

/**
 * Serves the console of an installation on a port of 127.0.0.1, where 0 means any free port. Throws WrongUse if the
 * port is invalid or in use.
 */
export const openBrowserConsole = async (installation: Installation, port: string): Promise<ServedConsole> => {
  if (!/^\d{1,5}$/.test(port)) throw new WrongUse(`--console-port ${port} is not a port.`);
  const token = newToken();
  const page = openConsole({ installation, token, everyMs });
  const server = createServer((request, response) => void page.handle(request, response));
  server.listen(Number(port), '127.0.0.1');
  await once(server, 'listening').catch((cause: unknown) => {
    throw new WrongUse(`Nothing can listen on port ${port}: choose another with --console-port.`, { cause });
  });
  const address = server.address();
  const taken = typeof address === 'object' && address !== null ? address.port : Number(port);
  return {
    address: consoleAddress(`http://127.0.0.1:${taken}`, token),
    close: async () => {
      page.close();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
};
