import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { conversations } from '../../lambdas/ledger/conversations';
import { type LedgerTable, ledgerTable } from '../../lambdas/ledger/table';
import { writeEnd } from '../../lambdas/voices/end/write-end';
import { startAwsEmulators } from '../../local/aws/emulators';
import { describeAgent } from '../../local/elevenlabs/agents';
import type { InvocationResult } from '../../local/lambda/invocation-result';
import { type LocalStack, startLocalStack } from '../../local/local-stack';
import { readLocalSettings } from '../../local/settings';
import { callerHashKey } from '../support/caller-keys';
import { allOverrides, threeCxSecret } from '../support/calls-stack';
import { startElevenLabs, type TestElevenLabs } from '../support/elevenlabs';
import { post, preCallEvent, webhookSecret } from '../support/sender';
import { sqsRecord } from '../support/sqs-record';
import { createKillSwitch, type KillSwitch } from './kill-switch';

type Row = Record<string, unknown>;

/** The stack in processes of its own, whose functions can be killed after any of their outside calls. */
export interface KillRig {
  readonly elevenLabs: TestElevenLabs;
  readonly stack: LocalStack;
  readonly killSwitch: KillSwitch;
  /** Kills the function's process after this many outside calls of its next run. */
  armFor(functionId: string, afterCalls: number): void;
  preCall(conversationId: string, agentId: string): ReturnType<typeof post>;
  /** Writes that the conversation is over; queues nothing. */
  end(conversationId: string): Promise<void>;
  /** Gives a worker a job, past the queue. @default the deletion worker */
  work(job: object, functionId?: string): Promise<InvocationResult>;
  /** The ledger, as the functions have it. */
  readonly ledger: LedgerTable;
  readonly s3: S3Client;
  enqueue(job: object): Promise<void>;
  rows(): Promise<Row[]>;
  /**
   * Makes leases, announced PATCHes and voices as old as if hours had passed; with `expired`, voices past their expiry.
   */
  age(options?: { expired: boolean }): Promise<void>;
  /** Jobs in the queue, hidden ones included. */
  jobs(): Promise<number>;
  agent(agentId: string): { voiceId: string | null; firstMessage: string | null };
  /** The clones at ElevenLabs of this conversation. */
  clonesOf(conversationId: string): string[];
  close(): Promise<void>;
}

/** Starts one with agents `agent_1` to `agent_40`; a claim's lease is a second. */
export const startKillRig = async (environment: Readonly<Record<string, string>> = {}): Promise<KillRig> => {
  const agents = Array.from({ length: 40 }, (_, n) => ({
    agentId: `agent_${n + 1}`,
    voiceId: 'ownVoice1',
    firstMessage: 'Hello',
    platformSettings: allOverrides,
  }));
  const elevenLabs = await startElevenLabs({
    apiKey: 'sk_local_simulated_key',
    agents,
    settings: { latencyMs: 0, voiceLimit: 1000, maxVoiceAddEdits: 1000 },
  });
  const aws = await startAwsEmulators();
  const killSwitch = createKillSwitch();
  const relays = await Promise.all([killSwitch.relayTo(aws.url), killSwitch.relayTo(elevenLabs.url)]);
  const settings = {
    ...readLocalSettings(),
    PORT: 0,
    AWS_ENDPOINT_URL: relays[0].url,
    ELEVENLABS_API_BASE_URL: relays[1].url,
    ELEVENLABS_WEBHOOK_SECRET: webhookSecret,
    THREECX_WEBHOOK_SECRET: threeCxSecret,
    CALLER_HASH_KEY: callerHashKey,
    TTL_SWEEP_SECONDS: 3600,
    PRECALL_DEMO: 'off' as const,
  };
  const stack = await startLocalStack(settings, () => undefined, undefined, {
    CLAIM_LEASE_SECONDS: '1',
    ...environment,
  });
  const client = { endpoint: aws.url, region: 'eu-central-1', credentials: { accessKeyId: 'x', secretAccessKey: 'x' } };
  const dynamoDb = new DynamoDBClient(client);
  const documents = DynamoDBDocumentClient.from(dynamoDb);
  const s3 = new S3Client({ ...client, forcePathStyle: true });
  const sqs = new SQSClient({ ...client, useQueueUrlAsEndpoint: false });
  const queueUrls = Object.entries(stack.deployed.queues)
    .filter(([id]) => /^(VoiceDeletions|CallEnds)Queue/.test(id))
    .map(([, url]) => url);
  const TableName = stack.places.table;
  const rows = async (): Promise<Row[]> =>
    (await documents.send(new ScanCommand({ TableName, ConsistentRead: true }))).Items ?? [];
  return {
    elevenLabs,
    stack,
    killSwitch,
    rows,
    armFor: (functionId, afterCalls) =>
      killSwitch.arm(afterCalls, () => {
        for (const { pid } of stack.functions.instances(functionId)) process.kill(pid, 'SIGKILL');
      }),
    preCall: (conversation_id, agent_id) =>
      post(`${stack.url}/webhook/precall`, JSON.stringify(preCallEvent({ conversation_id, agent_id }))),
    end: (conversationId) =>
      writeEnd(conversationId, { conversations: conversations(ledgerTable(dynamoDb, TableName)), nowMs: Date.now }),
    work: (job, functionId = 'VoiceDeletionFunction') =>
      stack.functions.invoke(functionId, { Records: [sqsRecord(job)] }),
    ledger: ledgerTable(dynamoDb, TableName),
    s3,
    enqueue: async (job) => {
      await sqs.send(new SendMessageCommand({ QueueUrl: queueUrls[0], MessageBody: JSON.stringify(job) }));
    },
    age: async ({ expired } = { expired: false }) => {
      for (const row of await rows()) await documents.send(new PutCommand({ TableName, Item: aged(row, expired) }));
      elevenLabs.state.voices.forEach((voice) => Object.assign(voice, { createdAtMs: voice.createdAtMs - 7200_000 }));
    },
    jobs: async () => {
      const AttributeNames = [
        'ApproximateNumberOfMessages' as const,
        'ApproximateNumberOfMessagesNotVisible' as const,
        'ApproximateNumberOfMessagesDelayed' as const,
      ];
      const counts = queueUrls.map(async (QueueUrl) => {
        const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }));
        return Object.values(Attributes).reduce((sum, count) => sum + Number(count), 0);
      });
      return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
    },
    agent: (agentId) => describeAgent(elevenLabs.state.agents.find((each) => each.agentId === agentId)!),
    clonesOf: (conversationId) =>
      elevenLabs.state.voices
        .filter(({ description }) => description?.includes(`conversation ${conversationId} [`) === true)
        .map(({ voiceId }) => voiceId),
    close: async () => {
      await stack.close();
      [dynamoDb, sqs, s3].forEach((each) => each.destroy());
      await Promise.all(relays.map((relay) => relay.close()));
      await Promise.all([aws.close(), elevenLabs.close()]);
    },
  };
};

const aged = (row: Row, expired: boolean): Row => ({
  ...row,
  ...(row['lease_until'] !== undefined && { lease_until: Math.min(Number(row['lease_until']), 1) }),
  ...(row['clone'] !== undefined && { clone: { ...(row['clone'] as object), lease_until: 1 } }),
  ...(row['pendings'] !== undefined && {
    pendings: Object.fromEntries(
      Object.entries(row['pendings'] as Record<string, object>).map(([attempt, entry]) => [
        attempt,
        { ...entry, until: 1 },
      ]),
    ),
  }),
  ...(expired &&
    row['kind'] === 'voice' &&
    row['state'] === 'live' && { expires_at: Math.floor(Date.now() / 1000) - 60 }),
});
