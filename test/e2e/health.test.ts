import { DeleteTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type RunningStack, startNewStack } from '../support/running-stack';

let running: RunningStack;

beforeEach(async () => {
  running = await startNewStack();
});

afterEach(async () => {
  await running.close();
});

const health = async (): Promise<{ status: number; json: Record<string, unknown> }> => {
  const response = await fetch(`${running.stack.url}/health`);
  return { status: response.status, json: (await response.json()) as Record<string, unknown> };
};
const subscriptionCalls = () =>
  running.elevenLabs.seen.filter(({ operation }) => operation === 'getSubscription').length;

describe('GET /health', () => {
  it('given all is well, when asked often, then it is ok, and what lies behind is asked once', async () => {
    const answers = [await health(), await health(), await health()];

    expect(answers[0]).toEqual({
      status: 200,
      json: {
        status: 'ok',
        database: 'ok',
        storage: 'ok',
        queues: 'ok',
        elevenlabs: 'ok',
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      },
    });
    expect(answers[2]).toEqual(answers[0]);
    expect(subscriptionCalls()).toBe(1);
  });

  it.each([
    [
      'refuses our key',
      () =>
        running.elevenLabs.failNext('getSubscription', {
          kind: 'answer',
          status: 401,
          body: { detail: { code: 'invalid_api_key' } },
        }),
    ],
    [
      'does not answer',
      () => running.elevenLabs.failNext('getSubscription', { kind: 'slow', ms: 20_000 }, { kind: 'slow', ms: 20_000 }),
    ],
  ])('given that ElevenLabs %s, when asked, then it is degraded, with 200', async (_given, fail) => {
    fail();

    const { status, json } = await health();

    expect({ status, json }).toMatchObject({
      status: 200,
      json: { status: 'degraded', database: 'ok', elevenlabs: 'error' },
    });
  });

  it('given that the table is gone, when asked, then it is an error, with 503 and without a reason to the outside', async () => {
    const { awsUrl, region, table } = running.stack.places;
    const dynamoDb = new DynamoDBClient({
      endpoint: awsUrl,
      region,
      credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
    });
    await dynamoDb.send(new DeleteTableCommand({ TableName: table }));
    dynamoDb.destroy();

    const { status, json } = await health();

    expect({ status, json }).toMatchObject({
      status: 503,
      json: { status: 'error', database: 'error', elevenlabs: 'ok' },
    });
    expect(Object.keys(json)).toEqual(['status', 'database', 'storage', 'queues', 'elevenlabs', 'timestamp']);
  });
});
