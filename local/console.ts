import { randomBytes } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Console } from '../console/server/console';
import type { LocalControls } from '../console/server/routes';
import type { localInstallation } from '../ops/find-installation';

/** The console of the local stack. */
export interface LocalConsole {
  /** The address to open in a browser. */
  readonly address: string;
  /** Serves the console, redirects browsers that open the API's address to it, and forwards all other requests. */
  readonly inFrontOf: (api: RequestListener) => RequestListener;
  /** Reports that a function has logged something. */
  readonly touch: () => void;
  readonly close: () => Promise<void>;
}

/** What the console shows and controls. */
interface LocalConsoleContent {
  readonly about: Parameters<typeof localInstallation>[0];
  readonly controls: LocalControls;
}

/** How often the calls are read while somebody watches, in milliseconds. Log lines trigger earlier reads. */
const everyMs = 2_000;

/**
 * Creates the console. Its code is loaded with the first page, so that it does not delay the start; `content` is called
 * then.
 */
export const localConsole = (url: string, content: () => LocalConsoleContent): LocalConsole => {
  const token = randomBytes(24).toString('base64url');
  const address = `${url}/console#token=${token}`;
  let opened: Promise<OpenedConsole> | undefined;
  let current: Console | undefined;
  const open = async (): Promise<OpenedConsole> => {
    const [{ openConsole }, { localInstallation: installationOf }] = await Promise.all([
      import('../console/server/console.ts'),
      import('../ops/find-installation.ts'),
    ]);
    const { about, controls } = content();
    const installation = installationOf(about);
    current = openConsole({ installation, token, everyMs, local: controls });
    return { console: current, destroy: () => installation.clients.destroy() };
  };
  return {
    address,
    inFrontOf: (api) => (request, response) => {
      if (isConsole(request)) void (opened ??= open()).then(({ console: page }) => page.handle(request, response));
      else if (isBrowserAtRoot(request)) redirect(response, address);
      else api(request, response);
    },
    touch: () => current?.touch(),
    close: async () => {
      const { console: page, destroy } = (await opened) ?? {};
      page?.close();
      destroy?.();
    },
  };
};

interface OpenedConsole {
  readonly console: Console;
  readonly destroy: () => void;
}

const isConsole = ({ url = '' }: IncomingMessage): boolean => /^\/console([/?]|$)/.test(url);

/** Tells whether a person typed the address. Links and frames of other sites do not receive the token. */
const isBrowserAtRoot = ({ method, url, headers, socket }: IncomingMessage): boolean =>
  method === 'GET' &&
  url === '/' &&
  (headers.accept ?? '').includes('text/html') &&
  headers.host === `127.0.0.1:${socket.localPort ?? 0}` &&
  ['none', 'same-origin'].includes(headers['sec-fetch-site'] ?? 'none');

const redirect = (response: ServerResponse, location: string): void => {
  response.writeHead(302, { location, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
  response.end();
};
