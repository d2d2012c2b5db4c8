import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { Worker } from 'node:worker_threads';
import * as z from 'zod';
import { exchange } from '../../lambdas/elevenlabs/http-client';
import { request } from '../../lambdas/elevenlabs/request';
import { deadlineAt } from '../../lambdas/platform/deadline';
import { recordingLog } from '../support/recording-log';
import { failure } from '../support/refusals';

/** Another invocation has another deadline. */
const invocation = () => deadlineAt(Date.now() + 60_000, Date.now);
const get = (url: string) => ({ url, method: 'GET', headers: {}, timeoutMs: 60_000, isRepeatable: true }) as const;
const post = (url: string) =>
  ({ ...get(url), method: 'POST', body: [Buffer.alloc(1000)], isRepeatable: false }) as const;

/** A server in a thread of its own. Closes its idle connections when told, then sets the flag. */
const serverThread = `
const { parentPort, workerData } = require('node:worker_threads');
const { createServer } = require('node:http');
let connections = 0;
const server = createServer((request, response) => {
  request.resume().once('end', () => response.end(String(connections)));
});
server.on('connection', () => { connections += 1; });
parentPort.on('message', () => {
  server.closeAllConnections();
  setTimeout(() => { Atomics.store(workerData, 0, 1); Atomics.notify(workerData, 0); }, 50);
});
server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;

describe('a process that was frozen', () => {
  const closed = new Int32Array(new SharedArrayBuffer(4));
  let worker: Worker;
  let url: string;

  beforeEach(async () => {
    Atomics.store(closed, 0, 0);
    worker = new Worker(serverThread, { eval: true, workerData: closed });
    const [port] = z.tuple([z.number()]).parse(await once(worker, 'message'));
    url = `http://127.0.0.1:${port}/`;
  });
  afterEach(async () => {
    await worker.terminate();
  });

  /** Blocks this thread until the server has closed its connections: Lambda freezes a process in the same way. */
  const freeze = (): void => {
    worker.postMessage('close');
    Atomics.wait(closed, 0, 0);
  };

  it('given a kept connection that was closed meanwhile, then what must not be repeated uses a new one', async () => {
    await buffer(await exchange(get(url), invocation()));
    freeze();

    expect((await buffer(await exchange(post(url), invocation()))).toString()).toBe('2');
  }, 60_000);

  it('given a request in the same invocation, then its connection is used again', async () => {
    const now = invocation();
    await buffer(await exchange(get(url), now));

    expect((await buffer(await exchange(post(url), now))).toString()).toBe('1');
  }, 60_000);

  it('given connections of two invocations, then closing those of one leaves those of the other', async () => {
    const now = invocation();
    const [own, others] = await Promise.all([exchange(get(url), now), exchange(get(url), invocation())]);
    await buffer(own);
    await buffer(others);

    expect((await buffer(await exchange(post(url), now))).toString()).toBe('2');
  }, 60_000);
});

describe('a call to ElevenLabs', () => {
  let server: Server;
  let baseUrl: string;
  let answer: (socket: Socket) => void;

  beforeEach(async () => {
    server = createServer((incoming, outgoing) => {
      incoming.resume().once('end', () => outgoing.socket !== null && answer(outgoing.socket));
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const call = (timeoutMs = 60_000) =>
    request(
      { baseUrl, apiKey: () => Promise.resolve('sk'), log: recordingLog() },
      {
        operation: 'create_voice',
        method: 'POST',
        path: '/',
        answer: z.unknown(),
        timeoutMs,
        body: { json: {} },
        isRepeatable: false,
      },
      invocation(),
    );

  it.each([
    ['a redirect', 'HTTP/1.1 302 Found\r\nlocation: /other\r\ncontent-length: 0\r\n\r\n'],
    ['an answer that is cut off', 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"voice'],
    ['a chunked answer that is cut off', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{"voi'],
    ['something that is not HTTP', 'hello\r\n\r\n'],
    ['no answer', ''],
  ])(
    'given %s, then its outcome is unknown',
    async (_given, text) => {
      answer = (socket) => socket.end(text);

      expect(await failure(call())).toMatchObject({
        code: 'connection_lost',
        kind: 'unavailable',
        outcomeUnknown: true,
      });
    },
    60_000,
  );

  it.each([
    ['no answer in time', ''],
    ['half an answer in time', 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"voice'],
  ])(
    'given %s, then it is given up, and its outcome is unknown',
    async (_given, text) => {
      answer = (socket) => void socket.write(text);

      expect(await failure(call(300))).toMatchObject({ code: 'timeout', kind: 'unavailable', outcomeUnknown: true });
    },
    60_000,
  );
});
