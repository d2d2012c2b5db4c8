import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type DeleteObjectsCommandInput, S3Client } from '@aws-sdk/client-s3';
import { ResourceNotFoundException, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type SendMessageBatchCommandInput, type SendMessageCommandInput, SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { bucketOf } from '../../lambdas/aws/bucket';
import { jobQueue } from '../../lambdas/aws/job-queue';
import { secret } from '../../lambdas/aws/secrets';
import { erasureJob } from '../../lambdas/callers/erasure/erasure';
import { postCallJob } from '../../lambdas/calls/post-call-job';
import { ledgerTable } from '../../lambdas/ledger/table';
import { signatureHeader } from '../../lambdas/platform/signature';
import { verifySender } from '../../lambdas/platform/verify-sender';
import { cloneJob } from '../../lambdas/voices/clone-job';
import { deletionJob } from '../../lambdas/voices/deletion-job';
import { listenOnLoopback } from '../../local/lambda/listen-on-loopback';
import { recordingLog } from '../support/recording-log';
import { measuredSample } from '../support/samples';
import { scripted, type Scripted } from '../support/scripted-client';

const down = new Error('connect ECONNREFUSED 10.0.0.1:443');
const faultOf = (service: string) => ({ name: 'AwsUnavailable', service });

describe('the ledger', () => {
  const dynamoDb = scripted(new DynamoDBClient({ region: 'x' }));
  const table = ledgerTable(dynamoDb.client, 'ledger');

  it('given DynamoDB is down, when read or written, then it is a fault of DynamoDB that says nothing of where', async () => {
    dynamoDb.answer = down;

    await expect(table.get('A', z.unknown())).rejects.toMatchObject(faultOf('DynamoDB'));
    await expect(table.put({ Item: { pk: 'A' } })).rejects.toMatchObject(faultOf('DynamoDB'));
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

describe('the bucket', () => {
  const bucketWith = (answer: object = {}) => {
    const s3 = scripted(new S3Client({ region: 'x' }), answer);
    return { bucket: bucketOf(s3.client, 'b'), sent: s3.sent };
  };

  it('given S3 is down, then whatever is done with it is a fault of S3', async () => {
    const { bucket } = bucketWith(down);
    const list = () => bucket.list('a/')[Symbol.asyncIterator]().next();

    const all = [bucket.put('a', 'x', 'text/plain'), bucket.get('a'), bucket.remove('a'), bucket.probe(), list()];
    for (const each of all) await expect(each).rejects.toMatchObject(faultOf('S3'));
  });

  it('given an object with a SHA-256, when stored, then S3 is told its checksum', async () => {
    const { bucket, sent } = bucketWith();
    const { bytes, sha256 } = measuredSample();

    await bucket.put('a', bytes, 'audio/wav', sha256);

    const ChecksumSHA256 = Buffer.from(sha256, 'hex').toString('base64');
    expect(sent[0]!.input).toMatchObject({
      Bucket: 'b',
      Key: 'a',
      ContentType: 'audio/wav',
      ChecksumSHA256,
    });
  });

  it('given a SHA-256, when an object is stored, then the SDK signs this one and computes none', async () => {
    const headers: NodeJS.Dict<string | string[]>[] = [];
    const server = createServer((request, response) => {
      headers.push(request.headers);
      request.resume().once('end', () => response.end());
    });
    const endpoint = `http://127.0.0.1:${await listenOnLoopback(server, 0)}`;
    const credentials = { accessKeyId: 'x', secretAccessKey: 'x' };
    const client = new S3Client({ region: 'x', endpoint, credentials, forcePathStyle: true });

    await bucketOf(client, 'b').put('a', 'a body', 'text/plain', 'ab'.repeat(32));
    await bucketOf(client, 'b').put('a', 'a body', 'text/plain');

    client.destroy();
    server.close();
    expect(headers[0]).toMatchObject({
      'x-amz-content-sha256': 'ab'.repeat(32),
      authorization: expect.stringMatching(/SignedHeaders=[^,]*x-amz-content-sha256/),
    });
    expect(headers[1]!['x-amz-content-sha256']).toBe(createHash('sha256').update('a body').digest('hex'));
  });

  it('given an object that S3 does not delete, when removed, then it is a fault; none at all is fine', async () => {
    const { bucket } = bucketWith({ Errors: [{ Key: 'a', Code: 'AccessDenied' }] });

    await expect(bucket.remove(['a', 'b'])).rejects.toMatchObject(faultOf('S3'));
    await expect(bucket.remove([])).resolves.toBeUndefined();
  });

  it('given more than a thousand objects, when removed, then S3 gets them in batches', async () => {
    const { bucket, sent } = bucketWith();

    await bucket.remove(Array.from({ length: 1002 }, (_, n) => String(n)));

    expect(sent.map(({ input }) => (input as DeleteObjectsCommandInput).Delete?.Objects?.length)).toEqual([1000, 2]);
  });
});

describe('job queues', () => {
  const sqs = new SQSClient({ region: 'x', md5: false });
  const script = scripted(sqs);
  const answerWith = (answer: object = {}): void => {
    script.answer = answer;
    script.sent.length = 0;
  };
  const deletion = { reason: 'voice_expired', voice_id: 'v' } as const;
  const clone = { kind: 'threecx_clone', call: 'a'.repeat(64) } as const;
  const body = { kind: 'body', key: 'postcall/raw/a/b/c.json', sha256: 'a'.repeat(64) } as const;
  const erasure = { erasure_id: 'a'.repeat(32), requested_at: 1, clone_ids: [] };
  const queues: [string, (delayS: number) => Promise<void>, object][] = [
    ['voice-deletion', (delayS) => jobQueue(sqs, 'http://q', deletionJob).enqueue(deletion, delayS), deletion],
    ['clone', (delayS) => jobQueue(sqs, 'http://q', cloneJob).enqueue(clone, delayS), clone],
    ['post-call', (delayS) => jobQueue(sqs, 'http://q', postCallJob).enqueue(body, delayS), body],
    ['erasure', (delayS) => jobQueue(sqs, 'http://q', erasureJob).enqueue(erasure, delayS), erasure],
  ];
  beforeEach(() => answerWith());

  it.each(queues)(
    'given SQS is down, when a job of the %s queue is queued, then it is a fault of SQS',
    async (...row) => {
      answerWith(down);

      await expect(row[1](1)).rejects.toMatchObject(faultOf('SQS'));
    },
  );

  it.each(queues)(
    'given delays, when jobs of the %s queue are queued, then SQS is asked for 0 to 900 s',
    async (...row) => {
      const [, enqueue, job] = row;

      for (const delayS of [0.2, 177.5, 4000, -3]) await enqueue(delayS);

      const sent = script.sent.map(({ input }) => input as SendMessageCommandInput);
      expect(sent.map(({ DelaySeconds }) => DelaySeconds)).toEqual([1, 178, 900, 0]);
      expect(sent.map(({ MessageBody }) => JSON.parse(MessageBody!) as unknown)).toEqual([job, job, job, job]);
    },
  );

  it('given more than ten jobs, when queued at once, then SQS gets them in batches, each with its delay', async () => {
    const jobs = Array.from({ length: 11 }, (_, n) => ({ job: clone, delayS: n * 100 }));
    await jobQueue(sqs, 'http://q', cloneJob).enqueueAll(jobs);

    const batches = script.sent.map(({ input }) => (input as SendMessageBatchCommandInput).Entries!);
    expect(batches.map(({ length }) => length)).toEqual([10, 1]);
    expect(batches.flat().map(({ DelaySeconds }) => DelaySeconds)).toEqual([
      0, 100, 200, 300, 400, 500, 600, 700, 800, 900, 900,
    ]);
  });

  it('given a job that SQS does not take, when several are queued, then it is a fault', async () => {
    answerWith({ Failed: [{ Id: '0', SenderFault: false, Code: 'InternalError' }] });

    const queueing = jobQueue(sqs, 'http://q', cloneJob).enqueueAll([{ job: clone, delayS: 0 }]);

    await expect(queueing).rejects.toMatchObject(faultOf('SQS'));
  });

  it('given a job that its worker would not read, when queued, then it is not sent', async () => {
    const queueing = jobQueue(sqs, 'http://q', deletionJob).enqueue({ ...deletion, voice_id: '../v' }, 0);

    await expect(queueing).rejects.toThrow(z.ZodError);
    expect(script.sent).toEqual([]);
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

  it('given a doubted value, when read again, then that is done at once, and at most once in five seconds', async () => {
    store('old');
    const it = make();
    await it.values();
    store('new, old');

    expect(await it.reread()).toEqual(['new', 'old']);
    store('newer');
    for (let doubt = 0; doubt < 200; doubt += 1) expect(await it.reread()).toEqual(['new', 'old']);
    expect(reads()).toBe(2);
    clock.nowMs += 5_000;
    expect(await it.reread()).toEqual(['newer']);
    expect(await it.values()).toEqual(['newer']);
    expect(reads()).toBe(3);
  });

  it('given 200 requests at once while the value changes, half of them under each value, then none is refused', async () => {
    store('old');
    const it = make();
    await it.values();
    store('new, old');
    const policy = { secrets: it, toleranceS: 1800 };
    const [nowMs, body] = [clock.nowMs, Buffer.from('{}')];
    const sign = (secret: string) => signatureHeader([body], secret, Math.floor(nowMs / 1000));

    const outcomes = await Promise.allSettled(
      Array.from({ length: 200 }, (_, at) =>
        verifySender({ header: sign(at % 2 === 0 ? 'old' : 'new'), signed: [body], nowMs }, policy),
      ),
    );

    expect(outcomes.filter(({ status }) => status === 'rejected')).toEqual([]);
    expect(reads()).toBe(2);
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

  const noVersion = new ResourceNotFoundException({
    $metadata: {},
    message: "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
  });

  it('given a secret that was never filled, then it is a harmless 503, and a flood reads it once in five seconds', async () => {
    manager.answer = noVersion;
    const it = make();

    for (let flood = 0; flood < 50; flood += 1)
      await expect(it.values()).rejects.toMatchObject({ code: 'NOT_CONFIGURED', harmless: 'not_filled' });
    expect(reads()).toBe(1);
    store('set');
    clock.nowMs += 5_000;
    expect(await it.values()).toEqual(['set']);
  });

  it('given a secret that does not exist any more, then it is a 503 that alarms', async () => {
    manager.answer = new ResourceNotFoundException({
      $metadata: {},
      message: "Secrets Manager can't find the specified secret.",
    });

    await expect(make().values()).rejects.toMatchObject({ code: 'NOT_CONFIGURED', harmless: undefined });
  });

  it('given a secret that gets its value later, when asked again, then it is there', async () => {
    store('');
    const it = make();
    await expect(it.values()).rejects.toMatchObject({ status: 503 });
    store('set');

    expect(await it.values()).toEqual(['set']);
  });
});
