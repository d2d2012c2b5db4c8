import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { openAccount, type Account, type AgentSeed, type VoiceSeed } from './account';
import { failure, type Answer } from './error-bodies';
import type { Operation } from './operations';
import { performOperation } from './perform-operation';
import { recordRequest, type RecordedRequest } from './recorded-request';
import { newScript, type ScriptedAnswer } from './scripted-answers';

/** What the stand-in's account holds at first. */
interface StandInOptions {
  /** The only key that is let in; another is answered 401 `invalid_api_key`. */
  readonly apiKey: string;
  readonly agents: readonly AgentSeed[];
  /** @default none */
  readonly voices?: readonly VoiceSeed[];
}

/** A running stand-in. What it has of an account is its current state; a test may change it. */
export interface StandIn extends Account {
  /** Its origin, without a slash at the end. */
  readonly url: string;
  /** Every request whose body arrived as a whole, in order of arrival. */
  readonly requests: readonly RecordedRequest[];
  /** A sentence for everything undocumented that was sent; a test asserts at its end that there is none. */
  readonly violations: readonly string[];
  /** Answers the next calls of an operation this way, one each. Calls that are refused with 418 or 401 use none up. */
  script(operation: Operation, ...answers: ScriptedAnswer[]): void;
  /** Stops at once: cuts connections, and what a script still delays does not happen. */
  close(): Promise<void>;
}

const send = (response: ServerResponse, status: number, body: unknown, headers: OutgoingHttpHeaders = {}): void => {
  const isText = typeof body === 'string';
  response.writeHead(status, {
    'content-type': isText ? 'text/html' : 'application/json',
    'request-id': randomUUID(),
    'x-trace-id': randomUUID().replaceAll('-', ''),
    'x-region': 'eu-west4',
    ...headers,
  });
  response.end(isText || body === undefined ? body : JSON.stringify(body));
};

const refusal = (request: RecordedRequest, apiKey: string): Answer | undefined => {
  if (request.violations.length > 0) return { status: 418, body: { detail: request.violations.join(' ') } };
  if (request.headers['xi-api-key'] === apiKey) return undefined;
  return failure(401, 'authentication_error', 'invalid_api_key', 'The API key is not valid.');
};

const answerTo = async (
  scripted: ScriptedAnswer,
  response: ServerResponse,
  perform: () => Answer,
  signal: AbortSignal,
): Promise<void> => {
  if (scripted === 'reset-after') perform();
  if (typeof scripted === 'string') {
    response.socket?.resetAndDestroy();
    return;
  }
  const { status, headers, body, effect = status === undefined, delayMs = 0, answerDelayMs = 0 } = scripted;
  if (delayMs > 0) await pause(delayMs, undefined, { signal });
  const truth = effect ? perform() : undefined;
  if (answerDelayMs > 0) await pause(answerDelayMs, undefined, { signal });
  if (status === undefined && truth !== undefined) send(response, truth.status, truth.body, headers);
  else send(response, status ?? 500, body, headers);
};

/**
 * Starts a strict stand-in for the ElevenLabs API on a free port of 127.0.0.1. It answers only what ElevenLabs documents: anything else in
 * a request is kept in `violations` and answered 418 with a sentence. It answers at once unless a script says otherwise.
 */
export const startStandIn = async ({ apiKey, agents, voices = [] }: StandInOptions): Promise<StandIn> => {
  const account = openAccount(agents, voices);
  const requests: RecordedRequest[] = [];
  const violations: string[] = [];
  const script = newScript();
  const closing = new AbortController();

  const handle = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const request = recordRequest(incoming, await buffer(incoming));
    requests.push(request);
    violations.push(...request.violations);
    const refused = refusal(request, apiKey);
    if (refused !== undefined) {
      send(response, refused.status, refused.body);
      return;
    }
    const operation = request.operation!; // a request without one has a violation and was refused
    const perform = (): Answer => performOperation(operation, request, account);
    await answerTo(script.next(operation) ?? {}, response, perform, closing.signal);
  };

  const server = createServer((incoming, response) => {
    handle(incoming, response).catch((error: unknown) => {
      const clientOrTestEndedIt = !incoming.complete || closing.signal.aborted;
      if (!clientOrTestEndedIt) violations.push(`The stand-in itself failed: ${String(error)}`);
      response.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    ...account,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    violations,
    script: (operation, ...answers) => script.add(operation, answers),
    close: async () => {
      closing.abort();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
};
