import { type ApiGateway, startApiGateway } from '../../../local/gateway/api-gateway';
import { answerRefused, refusals } from '../../../local/gateway/gateway-answer';
import type { InvocationResult } from '../../../local/lambda/invocation-result';
import type { GatewayResponse } from '../../../local/stack/deployed-stack';
import { answerVariables } from '../../../local/stack/gateway-responses';

const ids = { requestId: 'request-1', extendedRequestId: 'extended-1' };

const answered = (refusal: keyof typeof refusals, ...responses: GatewayResponse[]) => {
  const { statusCode, headers, body } = answerRefused(refusals[refusal], responses, ids);
  return { statusCode, headers: Object.fromEntries(headers), body: body.toString() };
};

const json = { 'Content-Type': ['application/json'] };

describe('what API Gateway answers in a function’s place', () => {
  it.each([
    ['noRoute', 403, '{"message":"Missing Authentication Token"}'],
    ['tooLarge', 413, '{"message": "Request Too Long"}'],
    ['failed', 502, '{"message": "Internal server error"}'],
    ['throttled', 500, '{"message": "Internal server error"}'],
    ['timedOut', 504, '{"message": "Endpoint request timed out"}'],
  ] as const)('given %s and a template that says nothing of it, then AWS’ words are given', (refusal, status, body) => {
    const other = { type: 'THROTTLED', statusCode: 418, headers: [], template: 'other' };

    expect(answered(refusal, other)).toEqual({ statusCode: status, headers: json, body });
  });

  it('given an answer of its type, then it goes before that of all such', () => {
    const exact: GatewayResponse = { type: 'INTEGRATION_TIMEOUT', headers: [['Retry-After', '5']], template: 'slow' };
    const general: GatewayResponse = { type: 'DEFAULT_5XX', statusCode: 500, headers: [], template: 'failed' };

    expect(answered('timedOut', general, exact)).toEqual({
      statusCode: 504,
      headers: { ...json, 'Retry-After': ['5'] },
      body: 'slow',
    });
    expect(answered('failed', general, exact)).toEqual({ statusCode: 500, headers: json, body: 'failed' });
  });

  it.each(['REQUEST_TOO_LARGE', 'DEFAULT_4XX'])(
    'given %s in the template, then what is too large stays AWS’',
    (type) => {
      const response: GatewayResponse = { type, statusCode: 400, headers: [], template: 'ours' };

      expect(answered('tooLarge', response)).toMatchObject({
        statusCode: 413,
        body: expect.stringMatching(/Long/),
      });
    },
  );

  it('given a status without a template, then AWS’ words are given with it', () => {
    expect(answered('noRoute', { type: 'DEFAULT_4XX', statusCode: 404, headers: [] })).toMatchObject({
      statusCode: 404,
      body: '{"message":"Missing Authentication Token"}',
    });
  });

  it('given every variable that is known, then it is filled in, and what only looks like one is left', () => {
    const template = `${answerVariables.join('|')}|$5|$context`;

    expect(answered('timedOut', { type: 'INTEGRATION_TIMEOUT', headers: [], template }).body).toBe(
      'Endpoint request timed out| "Endpoint request timed out"|INTEGRATION_TIMEOUT|extended-1|request-1|$5|$context',
    );
  });
});

describe('a gateway with answers of a template', () => {
  const responses: GatewayResponse[] = [
    { type: 'MISSING_AUTHENTICATION_TOKEN', statusCode: 404, headers: [], template: '{"error":"no route"}' },
    { type: 'INTEGRATION_TIMEOUT', headers: [['Retry-After', '5']], template: '{"id":"$context.requestId"}' },
    { type: 'DEFAULT_5XX', headers: [], template: '{"error":"$context.error.responseType"}' },
  ];
  const results: Record<string, () => Promise<InvocationResult>> = {
    slow: () => new Promise(() => undefined),
    throttled: () => Promise.resolve({ status: 'throttled' }),
    malformed: () => Promise.resolve({ status: 'ok', payload: Buffer.from('null') }),
  };
  let gateway: ApiGateway;

  beforeAll(async () => {
    const routes = Object.keys(results).map((name) => ({ method: 'POST', path: `/${name}`, functionId: name }));
    const api = { stage: 'v1', binaryMediaTypes: [], routes, responses };
    const functions = { invoke: (name: string) => results[name]!() };
    gateway = await startApiGateway({ api, functions, port: 0, integrationTimeoutMs: 50 });
  });

  afterAll(() => gateway.close());

  it.each([
    ['/nowhere', 404, '{"error":"no route"}'],
    ['/throttled', 500, '{"error":"INTEGRATION_FAILURE"}'],
    ['/malformed', 502, '{"error":"INTEGRATION_FAILURE"}'],
  ])(
    'given %s, when posted, then the template answers, with AWS’ status where it has none',
    async (path, status, body) => {
      const response = await fetch(`${gateway.url}${path}`, { method: 'POST' });

      expect([response.status, await response.text()]).toEqual([status, body]);
    },
  );

  it('given a function that is too slow, when posted, then headers and the request’s id are in the answer', async () => {
    const response = await fetch(`${gateway.url}/slow`, { method: 'POST' });

    expect(response.status).toBe(504);
    expect(response.headers.get('retry-after')).toBe('5');
    expect(await response.json()).toEqual({ id: response.headers.get('x-amzn-requestid') });
  });
});
