import {
  CreateTableCommand,
  DynamoDBClient,
  PutItemCommand,
  ScanCommand,
  waitUntilTableExists,
  type AttributeValue,
} from '@aws-sdk/client-dynamodb';
import { emulatorClient } from '../../../local/event-sources/emulator-client';
import { startTtlSweep, type TtlSweep, type TtlSweepOptions } from '../../../local/event-sources/ttl-sweep';
import type { Functions } from '../../../local/lambda/functions';
import type { DeployedTable, StreamSource } from '../../../local/stack/deployed-stack';
import { until } from '../../support/eventually';
import { startOne } from '../lambda/start-one';
import { temporaryFunction } from '../lambda/temporary-function';
import { startEmulators, type TestEmulators, type TestQueue } from './emulators';

interface StreamEvent {
  readonly Records: readonly {
    readonly dynamodb: { readonly SequenceNumber: string; readonly Keys: { pk: { S: string } } };
  }[];
}

const nowS = Math.floor(Date.now() / 1000);

describe('startTtlSweep', () => {
  let emulators: TestEmulators;
  let dynamo: DynamoDBClient;
  let functions: Functions;
  let sweep: TtlSweep | undefined;
  let table: DeployedTable;
  let failures: TestQueue;
  let events: StreamEvent[];
  let tables = 0;

  beforeAll(async () => {
    emulators = await startEmulators();
    dynamo = new DynamoDBClient(emulatorClient(emulators.url, 'eu-central-1'));
  });

  beforeEach(async () => {
    events = [];
    const name = `table-${(tables += 1)}`;
    failures = await emulators.createQueue(`failures-${tables}`);
    table = { name, keyNames: ['pk'], ttlAttribute: 'expires_at', streamView: 'OLD_IMAGE' };
    await dynamo.send(
      new CreateTableCommand({
        TableName: name,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      }),
    );
    await waitUntilTableExists({ client: dynamo, maxWaitTime: 5, minDelay: 0.05 }, { TableName: name });
  });

  afterEach(async () => {
    await sweep?.close();
    await functions.close();
  });

  afterAll(async () => {
    dynamo.destroy();
    await emulators.close();
  });

  const put = async (pk: string, more: Record<string, AttributeValue> = {}): Promise<void> => {
    const Item = { pk: { S: pk }, expires_at: { N: String(nowS - 10) }, ...more };
    await dynamo.send(new PutItemCommand({ TableName: table.name, Item }));
  };

  const keptKeys = async (): Promise<string[]> => {
    const { Items } = await dynamo.send(new ScanCommand({ TableName: table.name }));
    return (Items ?? []).map(({ pk }) => pk?.S ?? '').sort();
  };

  const start = async (
    body: string,
    source: Partial<StreamSource> = {},
    options: Partial<TtlSweepOptions> = {},
  ): Promise<TtlSweep> => {
    const fn = temporaryFunction(
      `exports.handler = async (event) => { console.log(JSON.stringify(event)); const keys = event.Records.map((r) => r.dynamodb.Keys.pk.S); ${body} };`,
    );
    functions = await startOne(fn, {
      onLog: (_id, line) => line.startsWith('{') && events.push(JSON.parse(line) as StreamEvent),
    });
    const streamSource: StreamSource = {
      functionId: 'Subject',
      tableName: table.name,
      streamArn: `arn:aws:dynamodb:eu-central-1:000000000000:table/${table.name}/stream/2026-01-01T00:00:00.000`,
      batchSize: 100,
      reportsItemFailures: false,
      filters: [],
      retryAttempts: 2,
      bisectsOnError: false,
      failureQueueUrl: failures.url,
      ...source,
    };
    sweep = startTtlSweep({
      tables: [table],
      streamSources: [streamSource],
      functions,
      awsUrl: emulators.url,
      region: 'eu-central-1',
      everyS: 3600,
      retryPauseMs: 1,
      ...options,
    });
    return sweep;
  };

  /** The keys of each event, in order of arrival. */
  const deliveries = (): string[] =>
    events.map(({ Records }) =>
      Records.map((r) => r.dynamodb.Keys.pk.S)
        .sort()
        .join(),
    );

  it('given expiries of all kinds, when swept, then only numbers passed within five years count', async () => {
    await put('passed');
    await put('future', { expires_at: { N: String(nowS + 100) } });
    await put('six-years-ago', { expires_at: { N: String(nowS - 6 * 365 * 24 * 3600) } });
    await put('in-milliseconds', { expires_at: { N: String((nowS - 10) * 1000) } });
    await put('text', { expires_at: { S: String(nowS - 10) } });
    const { sweepNow } = await start('');

    const deleted = await sweepNow();

    expect(deleted).toBe(1);
    expect(await keptKeys()).toEqual(['future', 'in-milliseconds', 'six-years-ago', 'text']);
    await until(() => events.length > 0);
    expect(deliveries()).toEqual(['passed']);
  });

  it("given an expired item, when swept, then the function gets DynamoDB's record", async () => {
    const item = { raw: { B: Buffer.from('bytes') }, nested: { M: { list: { L: [{ N: '1' }, { NULL: true }] } } } };
    await put('gone', item);
    const { sweepNow } = await start('');

    await sweepNow();

    await until(() => events.length > 0);
    expect(events[0]).toEqual({
      Records: [
        {
          eventID: expect.stringMatching(/^[0-9a-f]{32}$/),
          eventName: 'REMOVE',
          eventVersion: '1.1',
          eventSource: 'aws:dynamodb',
          awsRegion: 'eu-central-1',
          eventSourceARN: `arn:aws:dynamodb:eu-central-1:000000000000:table/${table.name}/stream/2026-01-01T00:00:00.000`,
          userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' },
          dynamodb: {
            ApproximateCreationDateTime: expect.any(Number),
            Keys: { pk: { S: 'gone' } },
            OldImage: {
              pk: { S: 'gone' },
              expires_at: { N: String(nowS - 10) },
              raw: { B: Buffer.from('bytes').toString('base64') },
              nested: { M: { list: { L: [{ N: '1' }, { NULL: true }] } } },
            },
            SequenceNumber: expect.stringMatching(/^\d{21}$/),
            SizeBytes: expect.any(Number),
            StreamViewType: 'OLD_IMAGE',
          },
        },
      ],
    });
  });

  it.each([
    ['a table without a stream', () => ({ name: table.name, keyNames: ['pk'], ttlAttribute: 'expires_at' }), {}],
    [
      'a filter that does not match',
      () => table,
      { filters: [{ dynamodb: { OldImage: { kind: { S: ['VOICE'] } } } }] },
    ],
    ['a source on another table', () => table, { tableName: 'elsewhere' }],
  ])('given %s, when swept, then the item goes without a record', async (_given, tableOf, source) => {
    await put('quiet');
    const { sweepNow } = await start('', source, { tables: [tableOf()] });

    const deleted = await sweepNow();

    expect(deleted).toBe(1);
    expect(events).toEqual([]);
  });

  it('given more records than a batch holds, when delivered, then they come in order and in batches', async () => {
    for (const pk of ['a', 'b', 'c']) await put(pk);
    const { sweepNow } = await start('', { batchSize: 2 });

    await sweepNow();

    await until(() => events.length === 2);
    const numbers = events.flatMap(({ Records }) => Records.map((r) => r.dynamodb.SequenceNumber));
    expect(events.map(({ Records }) => Records.length)).toEqual([2, 1]);
    expect(numbers).toEqual([...numbers].sort());
    expect(new Set(numbers).size).toBe(3);
  });

  it('given a function that always fails, when its attempts are used up, then the failure queue gets the notice', async () => {
    await put('poison');
    const { sweepNow } = await start(`throw new Error('never');`);

    await sweepNow();

    const [notice] = await failures.receive();
    await until(() => events.length === 3);
    const { SequenceNumber } = events[0]!.Records[0]!.dynamodb;
    expect(JSON.parse(notice!.Body!)).toEqual({
      requestContext: {
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        functionArn: 'arn:aws:lambda:eu-central-1:000000000000:function:Subject',
        condition: 'RetryAttemptsExhausted',
        approximateInvokeCount: 3,
      },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      version: '1.0',
      timestamp: expect.any(String),
      DDBStreamBatchInfo: {
        shardId: expect.stringMatching(/^shardId-/),
        startSequenceNumber: SequenceNumber,
        endSequenceNumber: SequenceNumber,
        approximateArrivalOfFirstRecord: expect.stringMatching(/Z$/),
        approximateArrivalOfLastRecord: expect.stringMatching(/Z$/),
        batchSize: 1,
        streamArn: expect.stringContaining(`table/${table.name}/stream/`),
      },
    });
  });

  it('given one poisonous record among four, when bisected, then only that one is given up', async () => {
    for (const pk of ['a', 'b', 'c', 'poison']) await put(pk);
    const { sweepNow } = await start(`if (keys.includes('poison')) throw new Error('never');`, {
      bisectsOnError: true,
      retryAttempts: 1,
    });

    await sweepNow();

    const notices = await failures.receive();
    await until(() => deliveries().filter((keys) => keys === 'poison').length === 2);
    expect(
      notices.map(
        ({ Body }) => (JSON.parse(Body!) as { DDBStreamBatchInfo: { batchSize: number } }).DDBStreamBatchInfo.batchSize,
      ),
    ).toEqual([1]);
    const succeeded = deliveries().filter((keys) => !keys.includes('poison'));
    expect(succeeded.join().split(',').sort()).toEqual(['a', 'b', 'c']);
  });

  it('given a partial reply, when item failures are reported, then only the records from there on come again', async () => {
    for (const pk of ['a', 'b', 'c']) await put(pk);
    const reply = `{ batchItemFailures: keys.length === 3 ? [{ itemIdentifier: event.Records[1].dynamodb.SequenceNumber }] : [] }`;
    const { sweepNow } = await start(`return ${reply};`, { reportsItemFailures: true });

    await sweepNow();

    await until(() => events.length === 2);
    const [first, second] = events.map(({ Records }) => Records.map((r) => r.dynamodb.SequenceNumber));
    expect(second).toEqual(first!.slice(1));
    expect(await failures.count()).toBe(0);
  });

  it('given an interval, when it passes, then it sweeps by itself until closed', async () => {
    const { close } = await start('', {}, { everyS: 0.1 });

    await put('first');
    await until(() => deliveries().includes('first'));
    await close();
    await put('second');
    await new Promise((resolve) => setTimeout(resolve, 300));

    expect(await keptKeys()).toEqual(['second']);
  });

  it('given endless retries, when closed, then they end', async () => {
    await put('poison');
    const { close } = await start(`throw new Error('never');`, { retryAttempts: -1 }, { everyS: 0.05 });
    await until(() => events.length > 5);

    await close();

    const deliveredAtClose = events.length;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(events.length - deliveredAtClose).toBeLessThanOrEqual(1);
  });
});
