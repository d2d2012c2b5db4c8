import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { APIGatewayProxyEvent, Context } from 'aws-lambda';
import { inTime } from '../support/in-time';
import { hashOf, type InitiationRig, problemsOfAnswer, secrets, startInitiationRig } from '../support/initiation-rig';

let rig: InitiationRig;
let environment: Record<string, string>;
/** Which secret is never answered, by a part of its name. */
let hungSecret: string | undefined;
let aheadMs = 0;

beforeAll(async () => {
  const hang = (name: string, body: Buffer) =>
    hungSecret !== undefined && name.includes('GetSecretValue') && body.toString().includes(hungSecret);
  rig = await startInitiationRig({}, { hang });
  const { deployed, places } = rig.running.stack;
  environment = {
    ...deployed.functions.find(({ id }) => id === 'InitiationFunction')!.environment,
    AWS_ENDPOINT_URL: places.awsUrl,
    AWS_REGION: places.region,
    AWS_ACCESS_KEY_ID: 'x',
    AWS_SECRET_ACCESS_KEY: 'x',
  };
  const expires_at = Math.floor(Date.now() / 1000) + 86_400;
  const reusable = { voice_id: 'voice1', sample_digest: 'x', valid_until: expires_at };
  const overrides = { voice: true, first_message: true, max_duration: false };
  await rig.put({ pk: `CALLER#${hashOf()}`, name: 'Ivan', reusable, expires_at });
  await rig.put({ pk: 'SETUP#agent_1', overrides, checked_at: 1 });
  const trueNow = Date.now.bind(Date);
  vi.spyOn(Date, 'now').mockImplementation(() => trueNow() + aheadMs);
});

beforeEach(() => {
  vi.resetModules();
  [hungSecret, aheadMs] = [undefined, 0];
  Object.assign(process.env, environment);
});

afterAll(async () => {
  vi.restoreAllMocks();
  await rig.close();
});

const event = (headers: Record<string, string> = { 'x-precall-secret': secrets.initiation[0]! }) =>
  ({
    body: JSON.stringify({ caller_id: '+31612345678', agent_id: 'agent_1', conversation_id: 'conv_1' }),
    isBase64Encoded: false,
    headers,
    requestContext: {},
  }) as unknown as APIGatewayProxyEvent;

/** The handler's own source, as if on a new instance: with nothing read yet. */
const newInstance = async () => {
  const { handler } = await import('../../lambdas/functions/initiation/handler.js');
  return async (request: APIGatewayProxyEvent) => {
    const { statusCode, body } = await inTime(1_500, handler(request, { awsRequestId: 'request-1' } as Context));
    return { statusCode, json: JSON.parse(body) as Record<string, unknown> };
  };
};
const voiced = { statusCode: 200, json: { conversation_config_override: { tts: { voice_id: 'voice1' } } } };
const plain = { type: 'conversation_initiation_client_data', dynamic_variables: {} };

describe('the first call of an instance', () => {
  it('given all in order, when it starts, then it has its voice', async () => {
    expect(await (await newInstance())(event())).toMatchObject(voiced);
  });

  it.each([
    ['does not answer', () => (hungSecret = 'CallerHashKey')],
    ['is not there', () => (process.env['CALLER_HASH_KEY_SECRET_ARN'] = 'gone')],
  ])(
    "given that the callers' key %s, when it starts, then it goes on as the agent is, in time",
    async (_how, strike) => {
      strike();

      const { statusCode, json } = await (await newInstance())(event());

      expect({ statusCode, json }).toEqual({ statusCode: 200, json: plain });
      expect(problemsOfAnswer(json)).toEqual([]);
    },
  );

  it.each([
    ['does not answer', () => (hungSecret = 'InitiationSecret')],
    ['is not there', () => (process.env['INITIATION_SECRET_ARN'] = 'gone')],
  ])('given that the secret of the header %s, when it starts, then it is 503, in time', async (_how, strike) => {
    strike();

    const { statusCode, json } = await (await newInstance())(event());

    expect({ statusCode, json }).toMatchObject({ statusCode: 503, json: { error_code: 'NOT_CONFIGURED' } });
  });

  it('given no headers and no body, when it starts, then it is 401', async () => {
    const empty = { ...event(), headers: null, body: null } as unknown as APIGatewayProxyEvent;

    expect(await (await newInstance())(empty)).toMatchObject({ statusCode: 401 });
  });
});

describe('a later call of an instance', () => {
  it('given secrets that cannot be read again after five minutes, when it starts, then it has its voice, in time', async () => {
    const call = await newInstance();
    await call(event());
    [hungSecret, aheadMs] = ['secret', 301_000];

    expect(await call(event())).toMatchObject(voiced);
  });
});

describe('events/initiation.json', () => {
  const file = (...names: string[]): Record<string, unknown> =>
    JSON.parse(readFileSync(join(__dirname, '..', '..', 'events', ...names), 'utf8')) as Record<string, unknown>;
  const sample = file('initiation.json');

  it('given the file, when read, then it carries the sample payload to its route, with the local secret', () => {
    expect(JSON.parse(String(sample['body']))).toEqual(file('payloads', 'initiation.json'));
    expect(sample).toMatchObject({
      httpMethod: 'POST',
      path: '/webhook/initiation',
      isBase64Encoded: false,
      headers: { 'X-Precall-Secret': 'local_initiation_secret' },
      multiValueHeaders: { 'X-Precall-Secret': ['local_initiation_secret'] },
    });
  });

  it('given the file, when handled, then it is answered', async () => {
    const headers = { 'X-Precall-Secret': secrets.initiation[0]! };

    const { statusCode, json } = await (await newInstance())({ ...sample, headers } as unknown as APIGatewayProxyEvent);

    expect({ statusCode, json }).toEqual({ statusCode: 200, json: plain });
  });
});
