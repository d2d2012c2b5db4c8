import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json as readJson } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';

/** One question of an initiation webhook, as it arrived. */
interface Asked {
  readonly method: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

/** How the endpoint answers; an object goes as JSON, a string as it is. */
interface Answering {
  status?: number;
  body?: unknown;
  delayMs?: number;
  /** Waits between the first half of the body and the second. */
  pauseMs?: number;
}

/** A webhook endpoint on 127.0.0.1. `answering` may be changed at any time. */
export interface InitiationEndpoint {
  readonly url: string;
  readonly asked: readonly Asked[];
  answering: Answering;
  close(): Promise<void>;
}

/** Starts one that answers 200 with no data but the type. */
export const startEndpoint = async (): Promise<InitiationEndpoint> => {
  const asked: Asked[] = [];
  const endpoint = { answering: {} as Answering };
  const server = createServer((request, response) => {
    const handle = async (): Promise<void> => {
      asked.push({ method: request.method, headers: request.headers, body: await readJson(request) });
      const { status = 200, body = { type: 'conversation_initiation_client_data' } } = endpoint.answering;
      const { delayMs = 0, pauseMs = 0 } = endpoint.answering;
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      if (delayMs > 0) await pause(delayMs);
      response.writeHead(status, { 'content-type': 'application/json', location: '/elsewhere' });
      response.write(text.slice(0, text.length / 2));
      if (pauseMs > 0) await pause(pauseMs);
      response.end(text.slice(text.length / 2));
    };
    handle().catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(endpoint, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhook/initiation`,
    asked,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  });
};
