import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command, NoSuchKey, S3Client } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, PurgeQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DeleteCommand, ScanCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { type LocalStack, startLocalStack } from '../../local/local-stack';
import type { LocalSettings } from '../../local/settings';
import { callerHashKey } from './caller-keys';
import { startElevenLabs, type TestElevenLabs } from './elevenlabs';
import { until } from './eventually';
import { synthesizeLocalStack } from './in-plain-node';
import { webhookSecret } from './sender';
import { endKeptStack, sharedStack } from './shared-stack';

const apiKey = 'sk_test_key';

/** The local stack with the simulated ElevenLabs, and eyes on what it stores. */
export interface RunningStack {
  readonly stack: LocalStack;
  readonly elevenLabs: TestElevenLabs;
  readonly precallUrl: string;
  /** The ledger's items, by key. */
  ledger(): Promise<Record<string, Record<string, unknown>>>;
  /** The objects of the bucket, by key. */
  objects(): Promise<Record<string, Buffer>>;
  /** How many deletion jobs are queued, delayed ones included. */
  deletionJobs(): Promise<number>;
  /** What the functions have logged, parsed. */
  logs(): Record<string, unknown>[];
  /** Makes the installation, and its last look at ElevenLabs, so many seconds older. */
  ageInstallation(seconds: number): Promise<void>;
  /** Waits until nothing runs, and makes stores, queues, logs and ElevenLabs what they were after the start. */
  empty(): Promise<void>;
  /** Closes the connections to the stores. */
  forget(): void;
  close(): Promise<void>;
}

/** What was listed may be gone when it is read. */
const unlessGone = (error: unknown): { Body?: undefined } => {
  if (error instanceof NoSuchKey) return {};
  throw error;
};

/**
 * Starts both, or takes those of the file before, whose functions remember what they have read; agents `agent_1` to
 * `agent_9` exist. Stacks on emulators of their own are new.
 */
export const startStack = (
  settings: Partial<LocalSettings> = {},
  environment: Readonly<Record<string, string>> = {},
): Promise<RunningStack> => {
  const start = () => startNewStack(settings, environment);
  const isOnOthers = settings.AWS_ENDPOINT_URL !== undefined || settings.ELEVENLABS_API_BASE_URL !== undefined;
  return isOnOthers ? start() : sharedStack([settings, environment], start);
};

/** Starts both, for a file that breaks a part, or needs functions that have read nothing. */
export const startNewStack = async (
  settings: Partial<LocalSettings> = {},
  environment: Readonly<Record<string, string>> = {},
): Promise<RunningStack> => {
  const agents = Array.from({ length: 9 }, (_, n) => ({
    agentId: `agent_${n + 1}`,
    voiceId: 'ownVoice1',
    firstMessage: 'Hello',
  }));
  await endKeptStack();
  await synthesizeLocalStack();
  const elevenLabs = await startElevenLabs({ apiKey, agents });
  const stack = await startLocalStack(
    {
      PORT: 0,
      AWS_REGION: 'eu-central-1',
      AWS_ENDPOINT_URL: undefined,
      ELEVENLABS_API_BASE_URL: elevenLabs.url,
      ELEVENLABS_API_KEY: apiKey,
      ELEVENLABS_WEBHOOK_SECRET: webhookSecret,
      THREECX_WEBHOOK_SECRET: '3cx secret of the tests',
      INITIATION_SECRET: 'initiation secret of the tests',
      CALLER_HASH_KEY: callerHashKey,
      FLAT_POSTCALL_SECRET: undefined,
      ELEVENLABS_AGENT_ID: undefined,
      ELEVENLABS_PHONE_NUMBER_ID: undefined,
      TTL_SWEEP_SECONDS: 3600,
      LOCAL_MAX_INSTANCES: 10,
      PRECALL_DEMO: 'off',
      ...settings,
    },
    () => undefined,
    undefined,
    environment,
  );
  const seen = eyes(stack, elevenLabs);
  const close = async (): Promise<void> => {
    seen.forget();
    await stack.close();
    await elevenLabs.close();
  };
  return { stack, elevenLabs, precallUrl: `${stack.url}/webhook/precall`, ...seen, close };
};

type Eyes = Pick<RunningStack, 'ledger' | 'objects' | 'deletionJobs' | 'logs' | 'ageInstallation' | 'empty' | 'forget'>;

const isAtRest = ({ state }: { readonly state: string }): boolean => state === 'idle' || state === 'ended';

const eyes = (
  { places, deployed, functions, logFile, metricsFile }: LocalStack,
  elevenLabs: Pick<TestElevenLabs, 'reset' | 'forgetSeen' | 'state'>,
): Eyes => {
  const files = [logFile, metricsFile].map((file) => join(__dirname, '..', '..', file));
  const written = (): string[] => files.map((file) => readFileSync(file, 'utf8'));
  let earlier = [0, 0];
  const client = {
    endpoint: places.awsUrl,
    region: places.region,
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
  };
  const dynamoDb = new DynamoDBClient(client);
  const s3 = new S3Client({ ...client, forcePathStyle: true });
  const sqs = new SQSClient(client);
  const queueUrl = Object.entries(deployed.queues).find(([id]) => id.startsWith('VoiceDeletionsQueue'))![1];
  return {
    ledger: async () => {
      const { Items = [] } = await dynamoDb.send(new ScanCommand({ TableName: places.table, ConsistentRead: true }));
      return Object.fromEntries(Items.map((item) => [String(item['pk']), item]));
    },
    objects: async () => {
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: places.bucket }));
      const read = Contents.map(async ({ Key }): Promise<[string, Buffer][]> => {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket: places.bucket, Key })).catch(unlessGone);
        return Body === undefined ? [] : [[Key!, Buffer.from(await Body.transformToByteArray())]];
      });
      return Object.fromEntries((await Promise.all(read)).flat());
    },
    deletionJobs: async () => {
      const { Attributes = {} } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['All'] }),
      );
      return (
        Number(Attributes['ApproximateNumberOfMessages']) + Number(Attributes['ApproximateNumberOfMessagesDelayed'])
      );
    },
    ageInstallation: async (seconds) => {
      const change = { ':ms': seconds * 1000 };
      for (const [pk, field] of Object.entries({ INSTALLATION: 'made_at', RECONCILE_CURSOR: 'search_began_at' }))
        await dynamoDb.send(
          new UpdateCommand({
            TableName: places.table,
            Key: { pk },
            UpdateExpression: `SET ${field} = ${field} - :ms`,
            ExpressionAttributeValues: change,
          }),
        );
    },
    empty: async () => {
      const urls = Object.values(deployed.queues);
      const purge = () => Promise.all(urls.map((QueueUrl) => sqs.send(new PurgeQueueCommand({ QueueUrl }))));
      await purge();
      await until(() => deployed.functions.every(({ id }) => functions.instances(id).every(isAtRest)));
      await until(() => elevenLabs.state.concurrency.current === 0);
      await purge();
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: places.bucket }));
      await Promise.all(Contents.map(({ Key }) => s3.send(new DeleteObjectCommand({ Bucket: places.bucket, Key }))));
      const { Items = [] } = await dynamoDb.send(new ScanCommand({ TableName: places.table, ConsistentRead: true }));
      // The functions have read the installation's name.
      const others = Items.map((item) => String(item['pk'])).filter((pk) => pk !== 'INSTALLATION');
      await Promise.all(others.map((pk) => dynamoDb.send(new DeleteCommand({ TableName: places.table, Key: { pk } }))));
      elevenLabs.reset();
      elevenLabs.forgetSeen();
      earlier = written().map(({ length }) => length);
    },
    forget: () => [dynamoDb, s3, sqs].forEach((each) => each.destroy()),
    logs: () =>
      written()
        .map((text, index) => text.slice(earlier[index]))
        .join('')
        .split('\n')
        .filter((line) => line.includes('{'))
        .map((line) => JSON.parse(line.slice(line.indexOf('{'))) as Record<string, unknown>),
  };
};
