import { randomBytes } from 'node:crypto';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  NotFound,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  GetQueueUrlCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';
import { type AwsEmulators, startAwsEmulators } from '../../../local/aws/emulators';
import { clientsFor } from './clients';

let emulators: AwsEmulators;
let clients: ReturnType<typeof clientsFor>;

beforeAll(async () => {
  emulators = await startAwsEmulators();
  clients = clientsFor(emulators.url);
});

afterAll(async () => {
  clients.destroy();
  await emulators.close();
});

describe('S3 of the local stack', () => {
  const Bucket = 'samples';

  beforeAll(() => clients.s3.send(new CreateBucketCommand({ Bucket })));

  it.each([
    ['a small object', 12],
    ['an object of 6 MB', 6_000_000],
  ])('given %s, when it is read back, then bytes, type and metadata are what was put', async (_, bytes) => {
    const Key = `bytes/${bytes}`;
    const Body = randomBytes(bytes);

    await clients.s3.send(
      new PutObjectCommand({ Bucket, Key, Body, ContentType: 'audio/wav', Metadata: { sha: 'abc' } }),
    );

    const read = await clients.s3.send(new GetObjectCommand({ Bucket, Key }));
    const head = await clients.s3.send(new HeadObjectCommand({ Bucket, Key }));
    expect(Body.equals(await read.Body!.transformToByteArray())).toBe(true);
    expect(head).toMatchObject({ ContentLength: bytes, ContentType: 'audio/wav', Metadata: { sha: 'abc' } });
  });

  it('given an object, when it is deleted, then it is neither listed nor found', async () => {
    const Key = 'calls/one.json';
    await clients.s3.send(new PutObjectCommand({ Bucket, Key, Body: '{}' }));
    const before = await clients.s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'calls/' }));

    await clients.s3.send(new DeleteObjectCommand({ Bucket, Key }));

    const after = await clients.s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'calls/' }));
    expect(before.Contents?.map((object) => object.Key)).toEqual([Key]);
    expect(after.Contents ?? []).toEqual([]);
    await expect(clients.s3.send(new GetObjectCommand({ Bucket, Key }))).rejects.toThrow(NoSuchKey);
    await expect(clients.s3.send(new HeadObjectCommand({ Bucket, Key }))).rejects.toThrow(NotFound);
  });

  it('given an upload form without a signature in its headers, when it is posted, then the file is stored', async () => {
    const form = new FormData();
    form.set('key', 'uploads/form.wav');
    form.set('Content-Type', 'audio/wav');
    form.set('file', new Blob(['RIFF']));

    const response = await fetch(`${emulators.url}/${Bucket}`, { method: 'POST', body: form });

    const read = await clients.s3.send(new GetObjectCommand({ Bucket, Key: 'uploads/form.wav' }));
    expect(response.status).toBe(204);
    expect(await read.Body!.transformToString()).toBe('RIFF');
  });
});

describe('SQS of the local stack', () => {
  const createQueue = async (name: string, attributes: Record<string, string> = {}): Promise<string> => {
    const { QueueUrl } = await clients.sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }));
    return new URL(new URL(QueueUrl!).pathname, emulators.url).href;
  };

  const receive = async (QueueUrl: string, WaitTimeSeconds = 0) => {
    const { Messages = [] } = await clients.sqs.send(
      new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds, MaxNumberOfMessages: 10 }),
    );
    return Messages;
  };

  it('given a message, when it is received and deleted, then it does not come back', async () => {
    const QueueUrl = await createQueue('once', { VisibilityTimeout: '0' });
    await clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'delete voice' }));

    const [message] = await receive(QueueUrl);
    await clients.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message!.ReceiptHandle }));

    expect(message?.Body).toBe('delete voice');
    expect(await receive(QueueUrl)).toEqual([]);
  });

  it('given a delay, when the queue is asked at once, then the message waits until the delay is over', async () => {
    const QueueUrl = await createQueue('later');
    await clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'later', DelaySeconds: 1 }));

    const atOnce = await receive(QueueUrl);
    const afterwards = await receive(QueueUrl, 3);

    expect(atOnce).toEqual([]);
    expect(afterwards.map(({ Body }) => Body)).toEqual(['later']);
  });

  it('given a message in flight, when its visibility becomes 0, then it can be received again', async () => {
    const QueueUrl = await createQueue('visible');
    await clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'again' }));
    const [first] = await receive(QueueUrl);
    const hidden = await receive(QueueUrl);

    await clients.sqs.send(
      new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: first!.ReceiptHandle, VisibilityTimeout: 0 }),
    );

    expect(hidden).toEqual([]);
    expect((await receive(QueueUrl)).map(({ Body }) => Body)).toEqual(['again']);
  });

  it('given a redrive policy, when a message was received too often, then it is in the dead-letter queue', async () => {
    const deadLetterUrl = await createQueue('dead');
    const QueueUrl = await createQueue('flaky', { VisibilityTimeout: '0' });
    const { Attributes } = await clients.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: deadLetterUrl, AttributeNames: ['QueueArn'] }),
    );
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: Attributes!['QueueArn'], maxReceiveCount: 2 });
    await clients.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { RedrivePolicy } }));
    await clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'poison' }));

    const received = [await receive(QueueUrl), await receive(QueueUrl), await receive(QueueUrl)];

    expect(received.map((messages) => messages.length)).toEqual([1, 1, 0]);
    expect((await receive(deadLetterUrl)).map(({ Body }) => Body)).toEqual(['poison']);
  });
});

describe('startAwsEmulators', () => {
  it('given a receiver that polls for 20 s, when the emulators close, then they are closed well before', async () => {
    const own = await startAwsEmulators();
    const { sqs, destroy } = clientsFor(own.url);
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'idle' }));
    const path = new URL(QueueUrl!).pathname;
    const poll = sqs
      .send(new ReceiveMessageCommand({ QueueUrl: new URL(path, own.url).href, WaitTimeSeconds: 20 }))
      .catch(() => 'cut off');
    await sqs.send(new GetQueueUrlCommand({ QueueName: 'idle' }));

    await own.close();

    expect(await poll).toBe('cut off');
    destroy();
    await expect(fetch(own.url)).rejects.toThrow('fetch failed');
  });

  it('given a service that is not there, when a request is signed for it, then the answer names it', async () => {
    const authorization = 'AWS4-HMAC-SHA256 Credential=local/20260101/eu-central-1/kms/aws4_request, Signature=0';

    const response = await fetch(emulators.url, { method: 'POST', headers: { authorization } });

    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ __type: 'UnknownOperationException' });
  });
});
