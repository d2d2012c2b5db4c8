import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';
import type { handler as Health } from '../../lambdas/functions/health/handler';
import type { handler as PreCall } from '../../lambdas/functions/precall/handler';
import type * as MeasureSample from '../../lambdas/samples/measure-sample';
import { type RunningStack, startStack } from '../support/running-stack';
import { spokenSample } from '../support/samples';
import { multipart, newConversationId, preCallEvent, signatureOf, upload } from '../support/sender';

let running: RunningStack;
let health: typeof Health;
let precall: typeof PreCall;
/** Called whenever the measuring of a sample begins. */
const measuring = vi.fn();

/** The handlers' own source, in this process, on what the template's environment names. */
beforeAll(async () => {
  running = await startStack();
  const { deployed, places } = running.stack;
  Object.assign(process.env, ...deployed.functions.map(({ environment }) => environment), {
    AWS_ENDPOINT_URL: places.awsUrl,
    AWS_REGION: places.region,
    AWS_ACCESS_KEY_ID: 'x',
    AWS_SECRET_ACCESS_KEY: 'x',
  });
  // Other files of this process had other environments.
  vi.resetModules();
  vi.doMock('../../lambdas/samples/measure-sample', async (importOriginal) => {
    const { measureSample } = await importOriginal<typeof MeasureSample>();
    return {
      measureSample: (...args: Parameters<typeof measureSample>) => {
        measuring();
        return measureSample(...args);
      },
    };
  });
  ({ handler: health } = await import('../../lambdas/functions/health/handler.js'));
  ({ handler: precall } = await import('../../lambdas/functions/precall/handler.js'));
});

afterAll(async () => {
  vi.doUnmock('../../lambdas/samples/measure-sample');
  vi.resetModules();
  await running.close();
});

const context = (remainingMs = 27_000) =>
  ({ awsRequestId: 'request-1', getRemainingTimeInMillis: () => remainingMs }) as Context;

const event = (body: string | Buffer, headers: Record<string, string>): APIGatewayProxyEvent =>
  ({
    body: Buffer.from(body).toString(headers['Content-Type'] === 'application/json' ? 'utf8' : 'base64'),
    isBase64Encoded: headers['Content-Type'] !== 'application/json',
    headers: { 'ELEVENLABS-SIGNATURE': signatureOf(body), ...headers },
    requestContext: { requestTimeEpoch: Date.now() },
  }) as unknown as APIGatewayProxyEvent;

const json = { 'Content-Type': 'application/json' };
const read = ({ statusCode, body }: APIGatewayProxyResult) => ({
  statusCode,
  json: JSON.parse(body) as Record<string, unknown>,
});

describe('the handler of the pre-call', () => {
  it('given JSON, when handled, then it is answered like over HTTP', async () => {
    const { statusCode, json: answer } = read(await precall(event(JSON.stringify(preCallEvent()), json), context()));

    expect(statusCode).toBe(200);
    expect(running.elevenLabs.agent('agent_1')).toMatchObject({ voiceId: answer['voice_id'] });
  });

  it('given multipart in base64, when handled, then it is answered like over HTTP', async () => {
    const metadata = JSON.stringify({ ...preCallEvent({ agent_id: 'agent_2' }), voice_sample: undefined });
    const { body, contentType } = multipart(
      ['metadata', metadata],
      ['voice_sample', spokenSample('caller.mp3'), 'x.mp3'],
    );

    const { statusCode } = read(await precall(event(body, { 'Content-Type': contentType }), context()));

    expect(statusCode).toBe(200);
  });

  /** The reads of single items and the measuring of a sample, in order, while a pre-call is handled. */
  const stepsOf = async (fields: Record<string, unknown>): Promise<string[]> => {
    const steps: string[] = [];
    measuring.mockImplementation(() => steps.push('measuring'));
    const onRequest = (message: unknown): void => {
      const { request } = message as { request: ClientRequest };
      if (request.getHeader('x-amz-target') === 'DynamoDB_20120810.GetItem') steps.push('GetItem');
    };
    subscribe('http.client.request.start', onRequest);
    const { statusCode } = await precall(event(JSON.stringify(preCallEvent(fields)), json), context());
    unsubscribe('http.client.request.start', onRequest);
    expect(statusCode).toBe(200);
    return steps;
  };
  const uploaded = async () => {
    const conversation_id = newConversationId();
    const { upload_id } = await upload(`${running.stack.url}/uploads`, conversation_id, spokenSample('caller.wav'));
    return { conversation_id, voice_sample: { format: 'upload', upload_id } };
  };

  it.each([
    ['a sample in the request', 'the caller is read meanwhile', () => Promise.resolve({}), ['GetItem', 'measuring']],
    ['an upload, which takes time', 'the caller is read after that', uploaded, ['measuring', 'GetItem']],
  ])('given %s, when it is measured, then %s', async (_given, _then, fieldsOf, order) => {
    const fields = { agent_id: 'agent_4', ...(await fieldsOf()) };
    // The first request reads secrets and the pause flag, too. They are cached for the second.
    await stepsOf({ agent_id: 'agent_4' });

    const steps = await stepsOf(fields);

    expect(steps.slice(0, 2)).toEqual(order);
  });

  it.each([
    ['a body that is no JSON', 'x', 400, 'INVALID_JSON'],
    ['a payload that is not valid', '{}', 400, 'INVALID_PAYLOAD'],
  ])('given %s, when handled, then it is refused', async (_given, body, statusCode, error_code) => {
    expect(read(await precall(event(body, json), context()))).toMatchObject({ statusCode, json: { error_code } });
  });

  it('given no body and no headers, when handled, then it is refused', async () => {
    const empty = {
      body: null,
      isBase64Encoded: false,
      headers: {},
      requestContext: {},
    } as unknown as APIGatewayProxyEvent;

    expect(read(await precall(empty, context()))).toMatchObject({ statusCode: 401 });
  });

  it('given almost no time left, when handled, then it gives up before it begins, and the conversation stays free', async () => {
    const conversation_id = newConversationId();
    const body = JSON.stringify(preCallEvent({ conversation_id, agent_id: 'agent_3' }));
    const clones = running.elevenLabs.clones().length;

    expect(read(await precall(event(body, json), context(1_000)))).toMatchObject({
      statusCode: 503,
      // On a busy machine, the reading of the sample alone takes longer.
      json: { error_code: expect.stringMatching(/^(ELEVENLABS_UNAVAILABLE|TIMED_OUT)$/), conversation_id },
    });
    expect(running.elevenLabs.clones().length).toBe(clones);
    expect(read(await precall(event(body, json), context()))).toMatchObject({ statusCode: 200 });
  });
});

describe('the handler of the health check', () => {
  it('given all is well, when handled, then it is ok', async () => {
    expect(read(await health({}, context()))).toMatchObject({
      statusCode: 200,
      json: { status: 'ok' },
    });
  });
});
