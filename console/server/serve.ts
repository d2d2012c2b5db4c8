import { once } from 'node:events';
import { createServer } from 'node:http';
import { WrongUse } from '../../cli/wrong-use';
import type { Installation } from '../../ops/installation';
import { consoleAddress, newToken, openConsole } from './console';

/** A console that listens on a port of its own. */
export interface ServedConsole {
  /** What to open in a browser. */
  readonly address: string;
  readonly close: () => Promise<void>;
}

/** How often the calls are read while somebody looks. Each look is a query of the table's index. */
const everyMs = 5_000;

/**
 * Serves the console of an installation on a port of 127.0.0.1; 0 asks for any free one. Throws WrongUse for what is no
 * port, or one that is taken.
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
