import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import * as z from 'zod';
import { clockAheadMs } from '../../ops/shift-clock.cjs';
import { MAX_PAYLOAD_BYTES } from './invocation-result';
import { listenOnLoopback } from './listen-on-loopback';
import { readBody } from './read-body';

/** An event on its way to the function's process. */
interface RuntimeEvent {
  readonly requestId: string;
  readonly functionArn: string;
  /** When the process will be killed, in unix milliseconds. */
  readonly deadlineMs: number;
  /** The trace of the event, as in `X-Amzn-Trace-Id`. */
  readonly traceId: string;
  readonly body: Buffer;
}

/** An error reported by a function's process. */
export interface ReportedError {
  readonly errorType: string;
  readonly errorMessage: string;
}

/** Receives the messages of the function's process. */
interface RuntimeListener {
  /** The process requests an event, so its init or previous event is over. */
  onReady(): void;
  /** The handler's result; undefined if it exceeds MAX_PAYLOAD_BYTES. */
  onResponse(requestId: string, payload: Buffer | undefined): void;
  onError(requestId: string, error: ReportedError): void;
  onInitError(error: ReportedError): void;
}

const reportedError = z.object({ errorType: z.string(), errorMessage: z.string() });
const invocationPath = /^\/2018-06-01\/runtime\/invocation\/([\w-]+)\/(response|error)$/;

const parseError = (body: Buffer | undefined): ReportedError => {
  const parsed = reportedError.safeParse(JSON.parse(body?.toString('utf8') ?? 'null'));
  return parsed.success ? parsed.data : { errorType: 'Runtime.Unknown', errorMessage: 'The error had no known shape' };
};

const reply = (response: ServerResponse, status: number, body: object): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};

/**
 * The Lambda Runtime API, version 2018-06-01, for one process. It listens on its own port of 127.0.0.1, because the
 * protocol has no other way to distinguish clients. https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
export class RuntimeApi {
  readonly #listener: RuntimeListener;
  readonly #server = createServer((request, response) => {
    this.#answer(request, response).catch(() => response.destroy());
  });
  #waiting: ServerResponse | undefined;
  #undelivered: RuntimeEvent | undefined;

  constructor(listener: RuntimeListener) {
    this.#listener = listener;
    this.#server.requestTimeout = 0;
  }

  /** Starts to listen. Resolves with `host:port`, the value of AWS_LAMBDA_RUNTIME_API. */
  async listen(): Promise<string> {
    return `127.0.0.1:${await listenOnLoopback(this.#server, 0)}`;
  }

  /** Delivers an event to the process, at once or when it next requests one. One event at a time. */
  deliver(event: RuntimeEvent): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting === undefined) this.#undelivered = event;
    else this.#send(waiting, event);
  }

  /** Disconnects the process, which then ends by itself. */
  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #send(response: ServerResponse, event: RuntimeEvent): void {
    const headers = {
      'Content-Type': 'application/json',
      'Lambda-Runtime-Aws-Request-Id': event.requestId,
      'Lambda-Runtime-Deadline-Ms': String(event.deadlineMs),
      'Lambda-Runtime-Invoked-Function-Arn': event.functionArn,
      'Lambda-Runtime-Trace-Id': event.traceId,
      'Local-Clock-Ahead-Ms': String(clockAheadMs()),
    };
    response.writeHead(200, headers).end(event.body);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'GET' && request.url === '/2018-06-01/runtime/invocation/next') {
      this.#answerNext(response);
      return;
    }
    const body = await readBody(request, MAX_PAYLOAD_BYTES);
    if (request.method === 'POST' && request.url === '/2018-06-01/runtime/init/error') {
      this.#listener.onInitError(parseError(body));
      reply(response, 202, { status: 'OK' });
      return;
    }
    const [, requestId, outcome] = invocationPath.exec(request.url ?? '') ?? [];
    if (request.method !== 'POST' || requestId === undefined) reply(response, 404, { errorType: 'NotFound' });
    else this.#answerReport(response, requestId, outcome === 'error', body);
  }

  #answerNext(response: ServerResponse): void {
    const event = this.#undelivered;
    this.#undelivered = undefined;
    if (event === undefined) this.#waiting = response;
    else this.#send(response, event);
    this.#listener.onReady();
  }

  #answerReport(response: ServerResponse, requestId: string, isError: boolean, body: Buffer | undefined): void {
    if (isError) this.#listener.onError(requestId, parseError(body));
    else this.#listener.onResponse(requestId, body);
    if (body === undefined) reply(response, 413, { errorType: 'RequestEntityTooLarge' });
    else reply(response, 202, { status: 'OK' });
  }
}
