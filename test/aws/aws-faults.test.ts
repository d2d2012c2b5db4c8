import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import * as z from 'zod';
import { deletionJobsOn } from '../../lambdas/aws/deletion-jobs';
import { samplesIn } from '../../lambdas/aws/samples';
import { secret } from '../../lambdas/aws/secrets';
import { ledgerTable } from '../../lambdas/ledger/table';
import { recordingLog } from '../support/recording-log';
import { measuredSample } from '../support/samples';

const down = new Error('connect ECONNREFUSED 10.0.0.1:443');
const unavailable = { status: 503, code: 'SERVICE_UNAVAILABLE', retryAfterS: 5 };

describe('the ledger', () => {
  const mock = mockClient(DynamoDBDocumentClient);
  const table = ledgerTable(new DynamoDBClient({ region: 'x' }), 'ledger');
  beforeEach(() => mock.reset());

  it('given DynamoDB is down, when read or written, then it is a 503 that says nothing of where', async () => {
    mock.on(GetCommand).rejects(down).on(PutCommand).rejects(down);

    await expect(table.get('A', z.unknown())).rejects.toMatchObject(unavailable);
    await expect(table.put({ Item: { pk: 'A' } })).rejects.toMatchObject(unavailable);
    await expect(table.get('A', z.unknown())).rejects.not.toThrow(/10\.0\.0\.1/);
  });

  it('given a condition that does not hold, when written, then it is told', async () => {
    mock.on(PutCommand).rejects(new ConditionalCheckFailedException({ $metadata: {}, message: 'no' }));

    expect(await table.put({ Item: { pk: 'A' } })).toBe(false);
  });

  it('given an item of another shape, when read, then it is not passed on', async () => {
    mock.on(GetCommand).resolves({ Item: { pk: 'A', version: 'one' } });

    await expect(table.get('A', z.object({ version: z.number() }))).rejects.toThrow(z.ZodError);
  });
});

describe('samples and deletion jobs', () => {
  it('given S3 is down, when a sample is stored, then it is a 503', async () => {
    mockClient(S3Client).on(PutObjectCommand).rejects(down);

    await expect(samplesIn(new S3Client({ region: 'x' }), 'b').store('conv_1', measuredSample())).rejects.toMatchObject(
      unavailable,
    );
  });

  it('given SQS is down, when a job is queued, then it is a 503', async () => {
    mockClient(SQSClient).on(SendMessageCommand).rejects(down);
    const job = { reason: 'precall_failed', conversation_id: 'c', agent_id: 'a', voice_id: null } as const;

    await expect(deletionJobsOn(new SQSClient({ region: 'x' }), 'http://q').enqueue(job, 1)).rejects.toMatchObject(
      unavailable,
    );
  });

  it.each([
    [0.2, 1],
    [177.5, 178],
    [4000, 900],
  ])('given a delay of %d s, when queued, then SQS is asked for %i s', async (delayS, asked) => {
    const sqs = mockClient(SQSClient).on(SendMessageCommand).resolves({});
    const job = { reason: 'precall_failed', conversation_id: 'c', agent_id: 'a', voice_id: 'v' } as const;

    await deletionJobsOn(new SQSClient({ region: 'x' }), 'http://q').enqueue(job, delayS);

    expect(sqs.call(0).args[0].input).toMatchObject({ DelaySeconds: asked, MessageBody: JSON.stringify(job) });
  });
});

describe('secret', () => {
  const mock = mockClient(SecretsManagerClient);
  const clock = { nowMs: 1_000_000 };
  const make = () =>
    secret(
      new SecretsManagerClient({ region: 'x' }),
      'arn:aws:secretsmanager:x:1:secret:S',
      () => clock.nowMs,
      recordingLog(),
    );
  const reads = () => mock.commandCalls(GetSecretValueCommand).length;
  const store = (SecretString: string | undefined) =>
    SecretString === undefined
      ? mock.on(GetSecretValueCommand).rejects(down)
      : mock.on(GetSecretValueCommand).resolves({ SecretString });
  beforeEach(() => {
    mock.reset();
  });

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
