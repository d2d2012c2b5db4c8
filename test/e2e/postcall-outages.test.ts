import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { type AwsEmulators, startAwsEmulators } from '../../local/aws/emulators';
import { eventually } from '../support/eventually';
import { postCallPayload } from '../support/postcall-stack';
import { type Relay, startRelay } from '../support/relay';
import { type RunningStack, startStack } from '../support/running-stack';
import { newConversationId, post } from '../support/sender';

let aws: AwsEmulators;
let relay: Relay;
let running: RunningStack;
let sqs: SQSClient;
/** What of AWS is down right now, by a part of the call's name. */
let down: string[] = [];

beforeAll(async () => {
  aws = await startAwsEmulators();
  const refuse = (name: string) =>
    down.some((part) => name.includes(part)) ? { status: 503, body: '{"__type":"ServiceUnavailable"}' } : undefined;
  relay = await startRelay(aws.url, { refuse });
  running = await startStack({ AWS_ENDPOINT_URL: relay.url });
  const credentials = { accessKeyId: 'x', secretAccessKey: 'x' };
  sqs = new SQSClient({ endpoint: aws.url, region: 'eu-central-1', credentials, useQueueUrlAsEndpoint: false });
});

afterEach(() => (down = []));
afterAll(async () => {
  sqs.destroy();
  await running.close();
  await relay.close();
  await aws.close();
});

const send = (conversation_id: string) =>
  post(`${running.stack.url}/webhook/postcall`, JSON.stringify(postCallPayload('transcription', { conversation_id })));
const recordOf = async (id: string) => (await running.ledger())[`RECORD#${id}`];
const bucketPath = (prefix: string) => `PUT /${running.stack.places.bucket}/${prefix}`;

describe('an outage while an event is taken in', () => {
  it.each([
    ['the storage', () => bucketPath('postcall/')],
    ['the queue', () => 'AmazonSQS.SendMessage'],
  ])(
    'given %s is down, then it is 503, nothing is acknowledged, and a repetition brings it in',
    async (_what, name) => {
      const conversation_id = newConversationId();
      down = [name()];

      expect(await send(conversation_id)).toMatchObject({ status: 503, json: { error_code: 'SERVICE_UNAVAILABLE' } });
      down = [];
      expect(await recordOf(conversation_id)).toBeUndefined();

      expect(await send(conversation_id)).toMatchObject({ status: 200 });
      await eventually(() => recordOf(conversation_id));
    },
  );

  it('given the ledger is down, then it is taken in all the same', async () => {
    const conversation_id = newConversationId();
    down = ['DynamoDB_20120810'];

    expect(await send(conversation_id)).toMatchObject({ status: 200 });
  });
});

describe('an outage while an event is worked off', () => {
  it.each([
    ['the ledger', () => 'DynamoDB_20120810.UpdateItem'],
    ['the archive', () => bucketPath('transcripts/')],
    ['the event bus', () => 'AWSEvents.PutEvents'],
  ])('given %s is down for too long, then the job is parked, and moved back it is finished', async (_what, name) => {
    const conversation_id = newConversationId();
    // Here a job is shown again after a second, and parked after its second failure.
    down = [name(), 'AmazonSQS.ChangeMessageVisibility'];
    await hurry();

    expect(await send(conversation_id)).toMatchObject({ status: 200 });
    const [parked] = await eventually(async () => {
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: queue('PostCallsDeadLetters') }));
      return Messages.length === 0 ? undefined : Messages;
    });
    expect((await recordOf(conversation_id))?.['announced_at']).toBeUndefined();
    down = [];
    // What `aws sqs start-message-move-task` does.
    await sqs.send(new SendMessageCommand({ QueueUrl: queue('PostCallsQueue'), MessageBody: parked!.Body }));

    const record = await eventually(async () => {
      const seen = await recordOf(conversation_id);
      return seen?.['announced_at'] === undefined ? undefined : seen;
    });
    expect(record).toMatchObject({ status: 'done', outcome: 'completed' });
    expect(aws.busEvents.filter(({ detail }) => detail['conversation_id'] === conversation_id)).toHaveLength(1);
    await sqs.send(
      new DeleteMessageCommand({ QueueUrl: queue('PostCallsDeadLetters'), ReceiptHandle: parked!.ReceiptHandle }),
    );
  });
});

const queue = (id: string): string =>
  Object.entries(running.stack.deployed.queues)
    .find(([name]) => name.startsWith(id))![1]
    .replace(relay.url, aws.url);

const hurry = async (): Promise<void> => {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queue('PostCallsQueue'), AttributeNames: ['RedrivePolicy'] }),
  );
  const policy = JSON.parse(Attributes.RedrivePolicy ?? '{}') as object;
  await sqs.send(
    new SetQueueAttributesCommand({
      QueueUrl: queue('PostCallsQueue'),
      Attributes: { VisibilityTimeout: '1', RedrivePolicy: JSON.stringify({ ...policy, maxReceiveCount: 2 }) },
    }),
  );
};
