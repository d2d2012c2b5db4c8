import { CloudWatchClient, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, FilterLogEventsCommand, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  ListMessageMoveTasksCommand,
  SendMessageCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { type RunningStack, startStack } from '../support/running-stack';

let running: RunningStack;
let clients: { logs: CloudWatchLogsClient; lambda: LambdaClient; alarms: CloudWatchClient; sqs: SQSClient };

beforeAll(async () => {
  running = await startStack();
  const { awsUrl: endpoint, region } = running.stack.places;
  const config = { endpoint, region, maxAttempts: 1, credentials: { accessKeyId: 'x', secretAccessKey: 'x' } };
  clients = {
    logs: new CloudWatchLogsClient(config),
    lambda: new LambdaClient(config),
    alarms: new CloudWatchClient(config),
    sqs: new SQSClient(config),
  };
  await fetch(`${running.stack.url}/health`);
  await fetch(`${running.stack.url}/health`, { method: 'GET' });
});
afterAll(async () => {
  Object.values(clients).forEach((client) => client.destroy());
  await running.close();
});

const invoke = (FunctionName: string, Payload = '{}') =>
  clients.lambda.send(new InvokeCommand({ FunctionName, Payload }));

describe('what operators use of AWS, on the local stack, with the real clients', () => {
  it('given a function, when invoked, then its result comes back; a fault and an unknown name are told apart', async () => {
    const { Payload, FunctionError, StatusCode } = await invoke('ReconcileFunction');

    expect({ FunctionError, StatusCode }).toEqual({ FunctionError: undefined, StatusCode: 200 });
    expect(Buffer.from(Payload!).toString()).toBe('{}');
    expect((await invoke('VoiceDeletionFunction', '{"not":"a batch"}')).FunctionError).toBe('Unhandled');
    await expect(invoke('Nothing')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('given lines of a function, when filtered by terms and page by page, then all are found, and other patterns are refused', async () => {
    const logGroupName = 'ReconcileFunction';
    const page = { client: clients.logs, pageSize: 1 };
    const found: string[] = [];
    for await (const { events = [] } of paginateFilterLogEvents(page, { logGroupName, filterPattern: '"reconciled"' }))
      found.push(...events.map(({ message = '' }) => message));

    expect(found.length).toBeGreaterThan(0);
    expect(found.every((line) => line.includes('"event":"reconciled"'))).toBe(true);
    const search = (change: object) => clients.logs.send(new FilterLogEventsCommand({ logGroupName, ...change }));
    expect((await search({ startTime: Date.now() + 60_000 })).events).toEqual([]);
    expect((await search({ filterPattern: 'reconciled absent' })).events).toEqual([]);
    await expect(search({ filterPattern: '{ $.level = "ERROR" }' })).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
    await expect(search({ logGroupName: 'Nothing' })).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('given the alarms of the template, when described page by page, then all have a state that nobody evaluates', async () => {
    const states = new Set<string | undefined>();
    let count = 0;
    for await (const { MetricAlarms = [] } of paginateDescribeAlarms({ client: clients.alarms, pageSize: 20 }, {}))
      for (const { StateValue } of MetricAlarms) {
        states.add(StateValue);
        count += 1;
      }

    expect(count).toBe(running.stack.deployed.skipped['AWS::CloudWatch::Alarm']!.length);
    expect([...states]).toEqual(['INSUFFICIENT_DATA']);
  });

  it('given a queue that is no dead-letter queue, or none, when messages are to move, then SQS says so', async () => {
    const start = (SourceArn: string) => clients.sqs.send(new StartMessageMoveTaskCommand({ SourceArn }));
    const arn = (name: string) => `arn:aws:sqs:${running.stack.places.region}:000000000000:Precall-dev-${name}`;

    await expect(start(arn('ClonesQueue'))).rejects.toThrow('not the dead-letter queue');
    await expect(start(arn('Nothing'))).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    const QueueUrl = running.stack.deployed.queues['ClonesDeadLetters'];
    await clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '{}' }));
    const { TaskHandle } = await start(arn('ClonesDeadLetters'));
    const { Results } = await clients.sqs.send(
      new ListMessageMoveTasksCommand({ SourceArn: arn('ClonesDeadLetters') }),
    );
    expect(TaskHandle).toBeDefined();
    expect(Results).toMatchObject([{ ApproximateNumberOfMessagesToMove: 1 }]);
  });
});
