import { startQueuePollers, type QueuePollers } from '../../../local/event-sources/queue-pollers';
import type { Functions } from '../../../local/lambda/functions';
import type { QueueSource } from '../../../local/stack/deployed-stack';
import { until } from '../../support/eventually';
import { inTime } from '../../support/in-time';
import { startOne } from '../lambda/start-one';
import { temporaryFunction } from '../lambda/temporary-function';
import { startEmulators, type TestEmulators, type TestQueue } from './emulators';

interface SqsEvent {
  readonly Records: readonly {
    readonly messageId: string;
    readonly body: string;
    readonly attributes: Record<string, string>;
  }[];
}

describe('startQueuePollers', () => {
  let emulators: TestEmulators;
  let functions: Functions | undefined;
  let pollers: QueuePollers | undefined;
  let queue: TestQueue;
  let events: SqsEvent[];
  let queues = 0;

  beforeAll(async () => {
    emulators = await startEmulators();
  });

  beforeEach(async () => {
    queue = await emulators.createQueue(`queue-${(queues += 1)}`, 5);
    events = [];
  });

  afterEach(async () => {
    await pollers?.close();
    await functions?.close();
  });

  afterAll(() => emulators.close());

  /** Runs `body` for each event, after the event was recorded. */
  const start = async (body: string, source: Partial<QueueSource> = {}, maxInstances = 10): Promise<void> => {
    const fn = temporaryFunction(
      `exports.handler = async (event) => { console.log(JSON.stringify(event)); const bodies = event.Records.map((r) => r.body); ${body} };`,
    );
    functions = await startOne(fn, {
      maxInstances,
      onLog: (_id, line) => line.startsWith('{') && events.push(JSON.parse(line) as SqsEvent),
    });
    const queueSource = {
      functionId: 'Subject',
      queueUrl: queue.url,
      queueArn: queue.arn,
      batchSize: 10,
      batchingWindowS: 0,
      reportsItemFailures: false,
      ...source,
    };
    pollers = startQueuePollers({
      queueSources: [queueSource],
      functions,
      awsUrl: emulators.url,
      region: 'eu-central-1',
    });
  };

  const deliveries = (body: string): number =>
    events.flatMap(({ Records }) => Records).filter((r) => r.body === body).length;

  it("given a message, when the function succeeds, then it got Lambda's event and the message is deleted", async () => {
    await start('return null;');

    await queue.send('hello');
    await until(async () => (await queue.count()) === 0);

    expect(events).toEqual([
      {
        Records: [
          {
            messageId: expect.any(String),
            receiptHandle: expect.any(String),
            body: 'hello',
            attributes: expect.objectContaining({
              ApproximateReceiveCount: '1',
              SentTimestamp: expect.any(String),
              SenderId: expect.any(String),
              ApproximateFirstReceiveTimestamp: expect.any(String),
            }),
            messageAttributes: {
              kind: { stringValue: 'probe', stringListValues: [], binaryListValues: [], dataType: 'String' },
            },
            md5OfBody: '5d41402abc4b2a76b9719d911017c592',
            md5OfMessageAttributes: expect.any(String),
            eventSource: 'aws:sqs',
            eventSourceARN: queue.arn,
            awsRegion: 'eu-central-1',
          },
        ],
      },
    ]);
  });

  it('given messages are waiting, when polled, then batches hold at most batchSize', async () => {
    for (const body of ['1', '2', '3', '4', '5']) await queue.send(body);

    await start('return null;', { batchSize: 2 });
    await until(async () => (await queue.count()) === 0);

    expect(Math.max(...events.map(({ Records }) => Records.length))).toBe(2);
    expect(events.flatMap(({ Records }) => Records.map((r) => r.body)).sort()).toEqual(['1', '2', '3', '4', '5']);
  });

  it('given a function that throws, when its batch failed, then all of it comes again after the visibility timeout', async () => {
    for (const body of ['good', 'bad']) await queue.send(body);
    await start(
      `if (bodies.includes('bad') && event.Records[0].attributes.ApproximateReceiveCount === '1') throw new Error('once');`,
    );

    await until(async () => (await queue.count()) === 0);

    expect(deliveries('bad')).toBe(2);
    expect(deliveries('good')).toBe(2);
  });

  it('given a partial reply, when the source reports item failures, then only those come again', async () => {
    for (const body of ['good', 'bad']) await queue.send(body);
    const reply = `event.Records.filter((r) => r.body === 'bad' && r.attributes.ApproximateReceiveCount === '1').map((r) => ({ itemIdentifier: r.messageId }))`;
    await start(`return { batchItemFailures: ${reply} };`, { reportsItemFailures: true });

    await until(async () => (await queue.count()) === 0);

    expect(deliveries('bad')).toBe(2);
    expect(deliveries('good')).toBe(1);
  });

  it('given a partial reply, when the source does not report item failures, then all is done', async () => {
    await queue.send('bad');
    await start('return { batchItemFailures: event.Records.map((r) => ({ itemIdentifier: r.messageId })) };');

    await until(async () => (await queue.count()) === 0);

    expect(deliveries('bad')).toBe(1);
  });

  it('given maxConcurrency 2, when many messages wait, then at most two batches run at a time', async () => {
    for (const body of ['1', '2', '3', '4', '5', '6']) await queue.send(body);
    const work =
      'const from = Date.now(); await new Promise((r) => setTimeout(r, 1000)); console.log(JSON.stringify({ Records: [], from, to: Date.now() }));';

    await start(work, { batchSize: 1, maxConcurrency: 2 });
    await until(async () => (await queue.count()) === 0);

    const spans = events.filter((event) => 'from' in event) as unknown as { from: number; to: number }[];
    const atOnce = spans.map(({ from }) => spans.filter((other) => other.from <= from && other.to > from).length);
    expect(spans).toHaveLength(6);
    expect(Math.max(...atOnce)).toBe(2);
  });

  it.each([
    ['sooner than the queue would', 30, 1],
    ['later than the queue would', 2, 4],
  ])(
    'given a function that shows a message again %s (%i s), when it reports it as failed, then it comes after %i s',
    async (_given, visibilityTimeoutS, ownS) => {
      queue = await emulators.createQueue(`queue-${(queues += 1)}`, visibilityTimeoutS);
      const postpone = `await fetch('${emulators.url}', {
        method: 'POST',
        headers: {
          'content-type': 'application/x-amz-json-1.0',
          'x-amz-target': 'AmazonSQS.ChangeMessageVisibility',
          authorization: 'AWS4-HMAC-SHA256 Credential=x/20260101/eu-central-1/sqs/aws4_request, SignedHeaders=host, Signature=0',
        },
        body: JSON.stringify({ QueueUrl: '${queue.url}', ReceiptHandle: r.receiptHandle, VisibilityTimeout: ${ownS} }),
      }).then(({ status }) => console.log(JSON.stringify({ Records: [], status, atMs: Date.now() })));`;
      await start(
        `const [r] = event.Records; if (r.body === 'warm up') return null; if (r.attributes.ApproximateReceiveCount !== '1') { console.log(JSON.stringify({ Records: [], atMs: Date.now() })); return; }
        ${postpone} return { batchItemFailures: [{ itemIdentifier: r.messageId }] };`,
        { reportsItemFailures: true },
      );
      // An instance that starts may take longer than the message is hidden.
      await queue.send('warm up');
      await until(async () => (await queue.count()) === 0);
      await queue.send('bad');

      await until(async () => (await queue.count()) === 0);

      const [first, second] = events.filter((event) => 'atMs' in event) as unknown as { atMs: number }[];
      expect(first).toMatchObject({ status: 200 });
      expect((second!.atMs - first!.atMs) / 1000).toBeGreaterThan(ownS - 0.1);
      expect(deliveries('bad')).toBe(2);
    },
  );

  it('given no free instance, when throttled, then the batch is tried again at once and not lost', async () => {
    for (const body of ['1', '2', '3']) await queue.send(body);

    await start('await new Promise((r) => setTimeout(r, 100));', { batchSize: 1 }, 1);
    await until(async () => (await queue.count()) === 0);

    expect(new Set(events.flatMap(({ Records }) => Records.map((r) => r.body)))).toEqual(new Set(['1', '2', '3']));
  });

  it('given an idle poller, when closed, then its long poll ends at once', async () => {
    await start('return null;');
    await new Promise((resolve) => setTimeout(resolve, 100));

    // A long poll takes 20 s when nobody ends it.
    await inTime(10_000, pollers!.close());
  });
});
