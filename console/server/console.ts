import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { describeFault } from '../../cli/describe-fault';
import type { Installation } from '../../ops/installation';
import { BadRequest, problem, type RouteAnswer, send } from './answers';
import { refuseForeign, refuseStranger, securityHeaders } from './guard';
import { followCalls, type LiveCalls } from './live-calls';
import { type Assets, bundleAssets, page } from './page';
import { type LocalControls, type RouteContext, routes } from './routes';
import { connectSimulator } from './simulator';

/** The path that serves the console. */
export const consolePath = '/console';

/** Creates a token. Whoever has it may do everything that the console can do. */
export const newToken = (): string => randomBytes(24).toString('base64url');

/** Returns the address to open. The token follows the #, so browsers do not send it to any server. */
export const consoleAddress = (origin: string, token: string): string => `${origin}${consolePath}#token=${token}`;

/** The options for opening a console. */
export interface ConsoleOptions {
  readonly installation: Installation;
  readonly token: string;
  /** Controls that only the local stack has. */
  readonly local?: LocalControls | undefined;
  /** Time between two reads of the calls, in milliseconds, while somebody watches and no change is reported. */
  readonly everyMs: number;
}

/** The web page and its requests, served at `/console`. */
export interface Console {
  readonly handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** Reports a change, so that pages that follow the calls update at once. */
  readonly touch: () => void;
  readonly close: () => void;
}

/** Opens the console of an installation. The caller must close the installation's clients. */
export const openConsole = ({ installation, token, local, everyMs }: ConsoleOptions): Console => {
  const live = followCalls({ installation, everyMs, describe: sentenceOf });
  const simulator = local?.simulatorUrl === undefined ? undefined : connectSimulator(local.simulatorUrl);
  const context: RouteContext = { installation, simulator, local };
  let assets: Promise<Assets> | undefined;
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<RouteAnswer | undefined> => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const [, , place = '', ...rest] = url.pathname.split('/');
    if (place === 'assets') {
      assets ??= bundleAssets();
      return (await assets).get(rest.join('/')) ?? problem(404, 'There is no such file.');
    }
    if (place !== 'api') return page;
    const stranger = refuseStranger(request, token);
    if (stranger !== undefined) return problem(stranger.status, stranger.problem);
    if (request.method === 'GET' && rest[0] === 'live') {
      const aheadMs = (): number => local?.clock?.state().aheadMs ?? 0;
      stream({ live, aheadMs, hours: Number(url.searchParams.get('hours') ?? 24) }, response);
      return undefined;
    }
    return answerRoute(context, request, rest.join('/'), url.searchParams);
  };
  return {
    handle: async (request, response) => {
      const foreign = refuseForeign(request);
      const answered = foreign === undefined ? answer(request, response) : problem(foreign.status, foreign.problem);
      const result = await Promise.resolve(answered).catch((error: unknown) => faultOf(error));
      if (result !== undefined) send(response, result);
      request.resume();
    },
    touch: live.touch,
    close: live.close,
  };
};

const answerRoute = async (
  context: RouteContext,
  request: IncomingMessage,
  path: string,
  query: URLSearchParams,
): Promise<RouteAnswer> => {
  const found = findRoute(request.method ?? '', path);
  if (found === undefined) return problem(404, 'The console has no such request.');
  const isPersonal = request.headers['x-console-personal'] === 'on';
  const body = request.method === 'POST' ? await readBody(request) : Buffer.alloc(0);
  return found.route(context, { id: found.id, query, isPersonal, body });
};

const patterns = Object.entries(routes).map(([name, route]) => {
  const [method = '', path = ''] = name.split(' ');
  return { method, pattern: new RegExp(`^${path.replace('*', '([^/]+)')}$`), route };
});

const findRoute = (wanted: string, path: string) => {
  for (const { method, pattern, route } of patterns) {
    const match = method === wanted ? pattern.exec(path) : null;
    if (match !== null) return { route, id: decoded(match[1] ?? '') };
  }
  return undefined;
};

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new BadRequest('The address is not valid.');
  }
};

const maxBodyBytes = 12_000_000;

const readBody = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  let length = 0;
  const read: AsyncIterable<Buffer> = request;
  for await (const bytes of read) {
    length += bytes.length;
    if (length > maxBodyBytes) throw new BadRequest('The recording is too large: 12 MB at most.');
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
};

const sentenceOf = (error: unknown): string =>
  describeFault(error)?.sentence ??
  `The console failed, which is a defect of it: ${error instanceof Error ? error.message : String(error)}`;

const faultOf = (error: unknown): RouteAnswer => {
  if (error instanceof BadRequest) return problem(400, error.message);
  return problem(describeFault(error) === undefined ? 500 : 409, sentenceOf(error));
};

const heartbeatMs = 15_000;

interface Streamed {
  readonly live: LiveCalls;
  readonly hours: number;
  /** Returns how far the installation's clock is ahead. */
  readonly aheadMs: () => number;
}

/**
 * Streams server-sent events: `calls` with changes in the list, `look` after each read with the clock, `problem` with a
 * sentence.
 */
const stream = ({ live, hours, aheadMs }: Streamed, response: ServerResponse): void => {
  response.writeHead(200, { ...securityHeaders, 'content-type': 'text/event-stream' });
  const tell = (event: string, data: unknown): void =>
    void response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  const heartbeat = setInterval(() => response.write(': still here\n\n'), heartbeatMs);
  const stop = live.follow(Math.min(Math.max(1, Number.isFinite(hours) ? hours : 24), 24 * 30), {
    onRows: (changes) => tell('calls', changes),
    onLook: () => tell('look', { aheadMs: aheadMs() }),
    onProblem: (sentence) => tell('problem', { problem: sentence }),
  });
  response.once('close', () => {
    clearInterval(heartbeat);
    stop();
  });
};
