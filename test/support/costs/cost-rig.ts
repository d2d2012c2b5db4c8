import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { startAwsEmulators } from '../../../local/aws/emulators';
import type { LocalStack } from '../../../local/local-stack';
import { allOverrides } from '../calls-stack';
import { startElevenLabs, type TestElevenLabs } from '../elevenlabs';
import { emittedIn } from '../emitted-metrics';
import { until } from '../eventually';
import { startRelay } from '../relay';
import { type RunningStack, startStack } from '../running-stack';
import { type AwsCounts, startCountingRelay } from './counting-relay';

/** What a call, or whatever else was played, made AWS do, and what it sent to ElevenLabs. */
export interface Counts extends AwsCounts {
  apiRequests: number;
  /** By the functions' logical ids without `Function`. */
  invocations: Record<string, number>;
  logBytes: number;
  bytesToElevenLabs: number;
}

/** A stack whose requests to AWS and ElevenLabs are counted. */
export interface CostRig {
  readonly running: RunningStack;
  readonly elevenLabs: TestElevenLabs;
  /** Waits until nothing runs and nothing is queued. */
  quiet(): Promise<void>;
  /** What `play` makes the stack do until it is quiet again, where every function starts anew. */
  counted(play: () => Promise<unknown>): Promise<Counts>;
  /** Lets the items under these prefixes expire, and what follows from that happen. */
  expire(...prefixes: string[]): Promise<void>;
  /** The custom metrics that were emitted so far. */
  metrics(): ReadonlySet<string>;
  close(): Promise<void>;
}

const apiKey = 'sk_test_key';

/** Expiries lie whole seconds apart, as they do where ElevenLabs takes its time. */
const latencyMs = { createVoice: 1_100, patchAgent: 1_100 };

const fromWebhook = { enable_conversation_initiation_client_data_from_webhook: true };
const platformSettings = { overrides: { ...allOverrides.overrides, ...fromWebhook } };

/** Starts one. Recordings are stored, so a call without one says so. */
export const startCostRig = async (): Promise<CostRig> => {
  const aws = await startAwsEmulators();
  const relay = await startCountingRelay(aws.url);
  const agents = ['agent_1', 'agent_2'].map((agentId) => ({
    agentId,
    voiceId: 'ownVoice1',
    firstMessage: 'Hello',
    platformSettings,
  }));
  const settings = { latencyMs, outboundCallEndsAfterMs: 500, voiceLimit: 500, maxVoiceAddEdits: 500 };
  const elevenLabs = await startElevenLabs({ apiKey, agents, settings });
  let bytesToElevenLabs = 0;
  const weigh = (_name: string, body: Buffer): boolean => {
    bytesToElevenLabs += body.length;
    return false;
  };
  const outward = await startRelay(elevenLabs.url, { hang: weigh });
  const running = await startStack(
    { AWS_ENDPOINT_URL: relay.url, ELEVENLABS_API_BASE_URL: outward.url, ELEVENLABS_API_KEY: apiKey },
    {
      ENABLE_AUDIO_STORAGE: 'true',
      ELEVENLABS_AGENT_ID: 'agent_2',
      ELEVENLABS_PHONE_NUMBER_ID: 'phnum_1',
      CLONE_MAX_WAIT_SECONDS: '4',
      GREETING_MAX_SECONDS: '3',
    },
  );
  const stores = openStores(running, aws.url);
  const invoked = countInvocations(running.stack);
  const quiet = async (): Promise<void> => {
    for (let still = 0; still < 5;) {
      await sleep(100);
      still = invoked.underWay() === 0 && (await stores.queued()) === 0 ? still + 1 : 0;
    }
  };
  return {
    running,
    elevenLabs,
    quiet,
    counted: async (play) => {
      await quiet();
      await endInstances(running.stack);
      relay.reset();
      invoked.reset();
      bytesToElevenLabs = 0;
      const logged = logBytes(running.stack);
      await play();
      await quiet();
      const { apiRequests, invocations } = invoked.counts();
      return {
        ...relay.counts,
        apiRequests,
        invocations,
        logBytes: logBytes(running.stack) - logged,
        bytesToElevenLabs,
      };
    },
    expire: async (...prefixes) => {
      await quiet();
      await stores.expire(prefixes);
      await running.stack.sweepNow();
      await quiet();
    },
    metrics: () => emittedIn(running.logs()),
    close: async () => {
      stores.close();
      await running.close();
      for (const each of [outward, relay, elevenLabs, aws]) await each.close();
    },
  };
};

/** Counts what API Gateway, queues and the stream invoke: they all ask the stack's functions. */
const countInvocations = ({ functions }: LocalStack) => {
  const { invoke } = functions;
  let ids: string[] = [];
  let apiRequests = 0;
  let underWay = 0;
  const counted = async (id: string, event: unknown) => {
    ids.push(id.replace(/Function$/, ''));
    if (typeof event === 'object' && event !== null && 'httpMethod' in event) apiRequests += 1;
    underWay += 1;
    return invoke(id, event).finally(() => (underWay -= 1));
  };
  Object.assign(functions, { invoke: counted });
  return {
    underWay: () => underWay,
    reset: () => ([ids, apiRequests] = [[], 0]),
    counts: () => ({
      apiRequests,
      invocations: Object.fromEntries([...new Set(ids)].map((id) => [id, ids.filter((each) => each === id).length])),
    }),
  };
};

/** Ends every process of a function. */
const endInstances = async ({ deployed, functions }: LocalStack): Promise<void> => {
  const instances = () => deployed.functions.flatMap(({ id }) => functions.instances(id));
  instances().forEach(({ pid }) => process.kill(pid, 'SIGKILL'));
  await until(() => instances().length === 0);
};

/** What CloudWatch would get: the file's lines without the function's name. */
const logBytes = ({ logFile, metricsFile }: LocalStack): number =>
  [logFile, metricsFile]
    .map((file) => readFileSync(join(__dirname, '..', '..', '..', file), 'utf8'))
    .join('')
    .split('\n')
    .reduce((sum, line) => sum + Buffer.byteLength(line.replace(/^\w+ /, '')), 0);

const waiting = ['', 'Delayed', 'NotVisible'].map((state) => `ApproximateNumberOfMessages${state}`);

/** Table and queues, past the relay. */
const openStores = (running: RunningStack, endpoint: string) => {
  const { stack } = running;
  const { region, table: TableName } = stack.places;
  const client = { endpoint, region, credentials: { accessKeyId: 'x', secretAccessKey: 'x' } };
  const dynamoDb = new DynamoDBClient(client);
  const sqs = new SQSClient({ ...client, useQueueUrlAsEndpoint: false });
  return {
    queued: async (): Promise<number> => {
      const all = Object.values(stack.deployed.queues).map(async (QueueUrl) => {
        const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
        return waiting.reduce((sum, name) => sum + Number(Attributes?.[name as 'All'] ?? 0), 0);
      });
      return (await Promise.all(all)).reduce((sum, each) => sum + each, 0);
    },
    expire: async (prefixes: readonly string[]): Promise<void> => {
      const pks = Object.keys(await running.ledger()).filter((pk) => prefixes.some((prefix) => pk.startsWith(prefix)));
      for (const pk of pks) {
        const UpdateExpression = 'SET expires_at = :past';
        const ExpressionAttributeValues = { ':past': Math.floor(Date.now() / 1000) - 1 };
        await dynamoDb.send(new UpdateCommand({ TableName, Key: { pk }, UpdateExpression, ExpressionAttributeValues }));
      }
    },
    close: () => [dynamoDb, sqs].forEach((each) => each.destroy()),
  };
};
