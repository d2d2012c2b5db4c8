import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { startApiGateway, type ApiGateway } from '../../../local/gateway/api-gateway';
import type { Functions } from '../../../local/lambda/functions';
import type { DeployedApi } from '../../../local/stack/deployed-stack';
import { eventually, until } from '../../support/eventually';
import { startOne } from '../lambda/start-one';
import { temporaryFunction } from '../lambda/temporary-function';

const source = `
  const behaviours = {
    '/echo/{id}': (event) => ({ statusCode: 200, body: JSON.stringify(event) }),
    '/length': (event) => ({ statusCode: 200, body: String(Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8').length) }),
    '/answer': (event) => JSON.parse(event.body),
    '/throw': () => { throw new Error('on purpose'); },
    '/exit': () => process.exit(1),
    '/sleep': () => new Promise((resolve) => setTimeout(resolve, 5000)),
    '/pid': () => ({ statusCode: 200, body: String(process.pid) }),
  };
  exports.handler = async (event) => behaviours[event.resource](event);`;
const paths = ['/echo/{id}', '/length', '/answer', '/throw', '/exit', '/sleep', '/pid'];
const api: DeployedApi = {
  stage: 'v1',
  binaryMediaTypes: ['multipart/form-data', 'audio/*'],
  routes: paths.map((path) => ({ method: 'POST', path, functionId: 'Subject' })),
  responses: [],
};

describe('startApiGateway', () => {
  let functions: Functions;
  let gateway: ApiGateway;

  beforeAll(async () => {
    functions = await startOne(temporaryFunction(source, { timeoutS: 6 }), { maxInstances: 2 });
    gateway = await startApiGateway({ api, functions, port: 0, integrationTimeoutMs: 4000 });
    // A process that starts on a busy machine may take longer than the timeout.
    await until(async () => (await post('/pid')).status === 200);
  });

  afterAll(async () => {
    await gateway.close();
    await functions.close();
  });

  const post = (
    path: string,
    body?: string | FormData | Uint8Array<ArrayBuffer>,
    headers: Record<string, string> = {},
  ): Promise<Response> => fetch(`${gateway.url}${path}`, { method: 'POST', headers, body: body ?? null });

  /** Sends headers exactly as written, which fetch does not. */
  const postRaw = async (path: string, headers: string[], body = ''): Promise<Record<string, unknown>> => {
    const sent = request(`${gateway.url}${path}`, { method: 'POST', headers: ['Host', '127.0.0.1', ...headers] });
    sent.end(body);
    const [response] = (await once(sent, 'response')) as [AsyncIterable<Buffer>];
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk);
    return JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>;
  };

  it('given a request with everything, when posted, then the event is that of a REST API', async () => {
    const path = '/v1/echo/a%2Bb?tag=1&tag=x+y&mail=a%2Bb';
    const headers = ['X-CaSe', 'One', 'x-case', 'Two', 'User-Agent', 'probe', 'Content-Type', 'application/json'];

    const event = await postRaw(path, headers, '{"ä":1}');

    expect(event).toMatchObject({
      resource: '/echo/{id}',
      path: '/echo/a%2Bb',
      httpMethod: 'POST',
      pathParameters: { id: 'a%2Bb' },
      queryStringParameters: { tag: 'x y', mail: 'a+b' },
      multiValueQueryStringParameters: { tag: ['1', 'x y'], mail: ['a+b'] },
      stageVariables: null,
      body: '{"ä":1}',
      isBase64Encoded: false,
      headers: {
        'X-CaSe': 'Two',
        'Content-Type': 'application/json',
        Host: '127.0.0.1',
        'X-Forwarded-For': '127.0.0.1',
      },
      multiValueHeaders: { 'X-CaSe': ['One', 'Two'] },
      requestContext: {
        accountId: '000000000000',
        apiId: expect.any(String),
        stage: 'v1',
        resourcePath: '/echo/{id}',
        httpMethod: 'POST',
        path: '/v1/echo/a%2Bb',
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        extendedRequestId: expect.any(String),
        requestTime: expect.stringMatching(/^\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
        requestTimeEpoch: expect.any(Number),
        protocol: 'HTTP/1.1',
        domainName: '127.0.0.1',
        identity: { sourceIp: '127.0.0.1', userAgent: 'probe' },
      },
    });
    expect(event['headers']).not.toHaveProperty('Content-Length');
    expect(event['headers']).not.toHaveProperty('content-length');
  });

  it('given nothing but a path, when posted, then what is absent is null', async () => {
    const event = await postRaw('/echo/1', []);

    expect(event).toMatchObject({
      body: null,
      queryStringParameters: null,
      multiValueQueryStringParameters: null,
      isBase64Encoded: false,
    });
  });

  it('given a multipart upload, when posted, then its bytes survive as base64', async () => {
    const bytes = new Uint8Array([0, 255, 128, 10, 13]);
    const form = new FormData();
    form.set('sample', new Blob([bytes]), 'sample.wav');

    const response = await post('/echo/1', form);

    const event = (await response.json()) as { body: string; isBase64Encoded: boolean };
    expect(event.isBase64Encoded).toBe(true);
    expect(Buffer.from(event.body, 'base64').includes(Buffer.from(bytes))).toBe(true);
  });

  it('given an answer, when it is sent, then it has the ids of the request', async () => {
    const response = await post('/answer', '{"statusCode":201,"headers":{"X-A":"b"},"body":"done"}');

    expect(response.status).toBe(201);
    expect(await response.text()).toBe('done');
    expect(response.headers.get('x-a')).toBe('b');
    expect(response.headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
    expect(response.headers.get('x-amz-apigw-id')).toHaveLength(16);
  });

  it.each([
    ['an unknown path', '/nothing', 403, '{"message":"Missing Authentication Token"}'],
    ['a handler that throws', '/throw', 502, '{"message": "Internal server error"}'],
    ['a process that exits', '/exit', 502, '{"message": "Internal server error"}'],
    ['a malformed result', '/answer', 502, '{"message": "Internal server error"}'],
    ['a slow handler', '/sleep', 504, '{"message": "Endpoint request timed out"}'],
  ])('given %s, when posted, then AWS answers for the function', async (_given, path, status, body) => {
    const response = await post(path, '{"statusCode":"x"}');

    expect([response.status, await response.text()]).toEqual([status, body]);
    expect(response.headers.get('content-type')).toBe('application/json');
  });

  it('given a known path but another method, when requested, then it is 403', async () => {
    const response = await fetch(`${gateway.url}/pid`);

    expect(response.status).toBe(403);
  });

  it('given no free instance, when posted, then it is 500', async () => {
    const slow = [post('/sleep'), post('/sleep')];
    // They are under way once nobody else is served.
    const refused = await eventually(async () => {
      const response = await post('/pid');
      return response.status === 200 ? undefined : response;
    });

    expect([refused.status, await refused.text()]).toEqual([500, '{"message": "Internal server error"}']);
    await Promise.all(slow);
    await until(async () => (await post('/pid')).status === 200);
  });

  const mebibytes = (n: number): Uint8Array<ArrayBuffer> => new Uint8Array(n * 1024 * 1024).fill(97);

  it.each([
    ['4 MiB as base64', 4, 'audio/wav', 200, '4194304'],
    ['5 MiB as base64', 5, 'audio/wav', 413, '{"message": "Request Too Long"}'],
    ['5.9 MiB as text', 5.9, 'text/plain', 200, '6186598'],
    ['6 MiB as text', 6, 'text/plain', 413, '{"message": "Request Too Long"}'],
    ['more than 10 MiB', 10.5, 'text/plain', 413, '{"message": "Request Too Long"}'],
  ])('given a body of %s, when posted, then the answer is right', async (_given, size, type, status, text) => {
    const response = await post('/length', mebibytes(size), { 'Content-Type': type });

    expect([response.status, await response.text()]).toEqual([status, text]);
  });

  it('given a chunked body without end, when it passes 10 MiB, then it is 413 at once and cut off later', async () => {
    const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1').on('error', () => undefined);
    socket.write('POST /length HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n');
    const closed = once(socket, 'close');
    const chunk = Buffer.concat([Buffer.from('100000\r\n'), mebibytes(1), Buffer.from('\r\n')]);
    for (let sent = 0; sent < 11; sent += 1) socket.write(chunk);

    const [answer] = (await once(socket, 'data')) as [Buffer];
    const sender = setInterval(() => socket.write('1\r\na\r\n'), 50);
    await closed;
    clearInterval(sender);

    expect(answer.toString()).toContain('413 Payload Too Large');
    expect(answer.toString()).toContain('{"message": "Request Too Long"}');
  });

  it('given a taken port, when started, then the error says so', async () => {
    const port = Number(new URL(gateway.url).port);

    await expect(startApiGateway({ api, functions, port })).rejects.toThrow(
      `127.0.0.1:${port}. Stop the process that uses this port`,
    );
  });
});
