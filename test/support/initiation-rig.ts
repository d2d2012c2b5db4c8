import { createHmac } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { ConversationInitiationClientDataRequestInput } from '@elevenlabs/elevenlabs-js/serialization/types/ConversationInitiationClientDataRequestInput';
import { type AwsEmulators, startAwsEmulators } from '../../local/aws/emulators';
import { type Relay, type RelayFaults, startRelay } from './relay';
import { type RunningStack, startStack } from './running-stack';
import { type Answer, post } from './sender';

/** The values that are live: two of each secret, as during a rotation. */
export const secrets = { initiation: ['new header secret', 'old header secret'], callers: ['new key', 'old key'] };

/** Who calls in the tests, in E.164 form. */
export const callerNumber = '+31612345678';

/** A number's keyed hash under the newest key, or an older one. */
export const hashOf = (number = callerNumber, key = secrets.callers[0]!): string =>
  createHmac('sha256', key).update(number).digest('hex');

/** The local stack with starting calls, and eyes on what they ask for. */
export interface InitiationRig {
  readonly running: RunningStack;
  /** Sends a starting call with the secret; `headers` replace (undefined: left out). */
  call(body: unknown, headers?: Readonly<Record<string, string | undefined>>): Promise<Answer>;
  /** Puts an item into the ledger. */
  put(item: Record<string, unknown>): Promise<void>;
  /** The jobs that were queued since the last look. */
  jobs(): Promise<unknown[]>;
  close(): Promise<void>;
}

/** Starts one, whose queue of clones nobody works off; `faults` strike its calls to AWS. */
export const startInitiationRig = async (
  environment: Readonly<Record<string, string>>,
  faults: RelayFaults = {},
): Promise<InitiationRig> => {
  const aws = await startAwsEmulators();
  const hidden = 'AmazonSQS.ReceiveMessage';
  const refuse = (name: string) => (name === hidden ? { status: 503, body: '{}' } : faults.refuse?.(name));
  const relay = await startRelay(aws.url, { ...faults, refuse });
  const running = await startStack(
    {
      AWS_ENDPOINT_URL: relay.url,
      INITIATION_SECRET: secrets.initiation.join(),
      CALLER_HASH_KEY: secrets.callers.join(),
    },
    environment,
  );
  const rig = eyes(running, aws, relay);
  // An instance that starts on a busy machine may give up on its secrets, and later tests are not about that.
  for (let tries = 0; tries < 10 && (await rig.call({})).status !== 200; tries += 1);
  return { ...rig, running };
};

const eyes = (running: RunningStack, aws: AwsEmulators, relay: Relay): Omit<InitiationRig, 'running'> => {
  const { places, deployed, url } = running.stack;
  const credentials = { accessKeyId: 'x', secretAccessKey: 'x' };
  const client = { endpoint: aws.url, region: places.region, credentials };
  const dynamoDb = new DynamoDBClient(client);
  const sqs = new SQSClient({ ...client, useQueueUrlAsEndpoint: false });
  const queueUrl = Object.entries(deployed.queues).find(([id]) => id.startsWith('ClonesQueue'))![1];
  return {
    call: (body, headers = {}) => {
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      const own = { 'elevenlabs-signature': undefined, 'x-precall-secret': secrets.initiation[0], ...headers };
      return post(`${url}/webhook/initiation`, text, own);
    },
    put: async (Item) => {
      await DynamoDBDocumentClient.from(dynamoDb).send(new PutCommand({ TableName: places.table, Item }));
    },
    jobs: async () => {
      const seen: unknown[] = [];
      for (;;) {
        const command = new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 0 });
        const { Messages = [] } = await sqs.send(command);
        if (Messages.length === 0) return seen;
        seen.push(...Messages.map(({ Body }) => JSON.parse(Body!) as unknown));
      }
    },
    close: async () => {
      dynamoDb.destroy();
      sqs.destroy();
      await running.close();
      await relay.close();
      await aws.close();
    },
  };
};

/** What the official SDK finds wrong with an answer; nothing when ElevenLabs takes it. */
export const problemsOfAnswer = ({ type, ...data }: Record<string, unknown>): unknown[] => {
  // The SDK's own type is without `type`, which every example of the documentation has.
  if (type !== 'conversation_initiation_client_data') return [`type ${String(type)}`];
  const parsed = ConversationInitiationClientDataRequestInput.parse(data, { unrecognizedObjectKeys: 'fail' });
  return parsed.ok ? [] : parsed.errors;
};
