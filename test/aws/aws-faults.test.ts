import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { deletionJobsOn } from '../../lambdas/aws/deletion-jobs';
import { samplesIn } from '../../lambdas/aws/samples';
import { secret } from '../../lambdas/aws/secrets';
import { ledgerTable } from '../../lambdas/ledger/table';
import { recordingLog } from '../support/recording-log';
import { measuredSample } from '../support/samples';
import { scripted, type Scripted } from '../support/scripted-client';

const down = new Error('connect ECONNREFUSED 10.0.0.1:443');
const unavailable = { status: 503, code: 'SERVICE_UNAVAILABLE', retryAfterS: 5 };

describe('the ledger', () => {
  const dynamoDb = scripted(new DynamoDBClient({ region: 'x' }));
  const table = ledgerTable(dynamoDb.client, 'ledger');

  it('given DynamoDB is down, when read or written, then it is a 503 that says nothing of where', async () => {
    dynamoDb.answer = down;

    await expect(table.get('A', z.unknown())).rejects.toMatchObject(unavailable);
    await expect(table.put({ Item: { pk: 'A' } })).rejects.toMatchObject(unavailable);
    await expect(table.get('A', z.unknown())).rejects.not.toThrow(/10\.0\.0\.1/);
  });

  it('given a condition that does not hold, when written, then it is told', async () => {
    dynamoDb.answer = new ConditionalCheckFailedException({ $metadata: {}, message: 'no' });

    expect(await table.put({ Item: { pk: 'A' } })).toBe(false);
  });

  it('given an item of another shape, when read, then it is not passed on', async () => {
    dynamoDb.answer = { Item: { pk: { S: 'A' }, version: { S: 'one' } } };

    await expect(table.get('A', z.object({ version: z.number() }))).rejects.toThrow(z.ZodError);
  });
});

describe('samples and deletion jobs', () => {
  it('given S3 is down, when a sample is stored, then it is a 503', async () => {
    const { client } = scripted(new S3Client({ region: 'x' }), down);

    await expect(samplesIn(client, 'b').store('conv_1', measuredSample())).rejects.toMatchObject(unavailable);
  });

  it('given SQS is down, when a job is queued, then it is a 503', async () => {
    const { client } = scripted(new SQSClient({ region: 'x' }), down);
    const job = { reason: 'precall_failed', conversation_id: 'c', agent_id: 'a', voice_id: null } as const;

    await expect(deletionJobsOn(client, 'http://q').enqueue(job, 1)).rejects.toMatchObject(unavailable);
  });

  it.each([
    [0.2, 1],
    [177.5, 178],
    [4000, 900],
  ])('given a delay of %d s, when queued, then SQS is asked for %i s', async (delayS, asked) => {
    const { client, sent } = scripted(new SQSClient({ region: 'x', md5: false }));
    const job = { reason: 'precall_failed', conversation_id: 'c', agent_id: 'a', voice_id: 'v' } as const;

    await deletionJobsOn(client, 'http://q').enqueue(job, delayS);

    expect(sent).toMatchObject([
      { command: 'SendMessageCommand', input: { DelaySeconds: asked, MessageBody: JSON.stringify(job) } },
    ]);
  });
});

describe('secret', () => {
  const clock = { nowMs: 1_000_000 };
  let manager: Scripted<SecretsManagerClient>;
  beforeEach(() => {
    manager = scripted(new SecretsManagerClient({ region: 'x' }));
  });
  const make = () => secret(manager.client, 'arn:aws:secretsmanager:x:1:secret:S', () => clock.nowMs, recordingLog());
  const reads = () => manager.sent.filter(({ command }) => command === 'GetSecretValueCommand').length;
  const store = (SecretString: string | undefined) => {
    manager.answer = SecretString === undefined ? down : { SecretString };
  };

  it('given two live values, when read, then both are told, and once in five minutes only', async () => {
    store(' wsec_a , wsec_b,');
    const it = make();

    expect(await it.values()).toEqual(['wsec_a', 'wsec_b']);
    await it.values();
    expect(reads()).toBe(1);
    clock.nowMs += 300_000;
    await it.values();
    expect(reads()).toBe(2);
  });

  it('given a doubted value, when read again, then that is done at most once a minute', async () => {
    store('old');
    const it = make();
    await it.values();
    store('new');

    expect(await it.reread()).toBeUndefined();
    clock.nowMs += 60_000;
    expect(await it.reread()).toEqual(['new']);
    expect(await it.reread()).toBeUndefined();
    expect(await it.values()).toEqual(['new']);
  });

  it('given Secrets Manager fails later, when read, then the stale value stays', async () => {
    store('stale');
    const it = make();
    await it.values();
    store(undefined);
    clock.nowMs += 600_000;

    expect(await it.values()).toEqual(['stale']);
  });

  it.each([
    ['cannot be read', undefined],
    ['is empty', ''],
    ['holds only separators', ' , '],
  ])('given a secret that %s, when asked for, then it is a 503 and nobody gets in', async (_given, value) => {
    store(value);

    await expect(make().values()).rejects.toMatchObject({ status: 503, code: 'NOT_CONFIGURED' });
  });

  it('given a secret that gets its value later, when asked again, then it is there', async () => {
    store('');
    const it = make();
    await expect(it.values()).rejects.toMatchObject({ status: 503 });
    store('set');

    expect(await it.values()).toEqual(['set']);
  });
});
