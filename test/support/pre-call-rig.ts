import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { bucketOf } from '../../lambdas/aws/bucket';
import { agentSetups } from '../../lambdas/ledger/agent-setups';
import { agents } from '../../lambdas/ledger/agents';
import { callers } from '../../lambdas/ledger/callers';
import { consents } from '../../lambdas/ledger/consents';
import { conversations } from '../../lambdas/ledger/conversations';
import { ledgerTable, type LedgerTable } from '../../lambdas/ledger/table';
import { voices } from '../../lambdas/ledger/voices';
import { deadlineAt } from '../../lambdas/platform/deadline';
import type { DeletionJob } from '../../lambdas/voices/deletion-job';
import type { PreCallDeps, ReceivedPreCall } from '../../lambdas/voices/pre-call/deps';
import { preCall } from '../../lambdas/voices/pre-call/pre-call';
import { type AwsEmulators, startAwsEmulators } from '../../local/aws/emulators';
import { startElevenLabs, type TestElevenLabs } from './elevenlabs';
import { losesAnswers } from './lost-answers';
import { recordingLog, type RecordingLog } from './recording-log';
import { measuredSample } from './samples';

const installationId = '0011223344556677';
const leaseMs = 57_000;

/** The pre-call use case on real adapters, the local emulators and the simulated ElevenLabs. */
export interface PreCallRig {
  readonly elevenLabs: TestElevenLabs;
  readonly table: LedgerTable;
  readonly log: RecordingLog;
  /** What was queued, with its delay in seconds. */
  readonly jobs: { job: DeletionJob; delayS: number }[];
  readonly deps: PreCallDeps;
  /** Runs a pre-call with this much time. */
  run(
    conversationId: string,
    options?: { agentId?: string; leftMs?: number; deps?: Partial<PreCallDeps> },
  ): ReturnType<typeof preCall>;
  /** The answer gets lost of the next write to the ledger that holds this text; the SDK repeats it. */
  loseNextAnswer(text: string): void;
  /** Moves the use case's clock past every lease. */
  passLease(): void;
  close(): Promise<void>;
}

/** Starts one. */
export const startPreCallRig = async (): Promise<PreCallRig> => {
  const aws = await startAwsEmulators();
  const own = { voiceId: 'ownVoice1', firstMessage: 'Hello' };
  const elevenLabs = await startElevenLabs({
    apiKey: 'sk',
    agents: ['agent_1', 'agent_2'].map((agentId) => ({ agentId, ...own })),
  });
  const { dynamoDb, s3 } = await clients(aws);
  const table = ledgerTable(dynamoDb, 'ledger');
  const log = recordingLog();
  const jobs: PreCallRig['jobs'] = [];
  let aheadMs = 0;
  const deps: PreCallDeps = {
    elevenLabs: { baseUrl: elevenLabs.url, apiKey: () => Promise.resolve('sk'), log },
    conversations: conversations(table),
    agents: agents(table),
    setups: agentSetups(table),
    voices: voices(table),
    callers: callers(table),
    consents: consents(table, 1095 * 24 * 3600, Date.now),
    consentTerms: { mode: 'off', textVersion: undefined },
    callerHash: () => Promise.resolve(undefined),
    olderCallerHashes: () => Promise.resolve([]),
    samples: bucketOf(s3, 'samples'),
    deletionJobs: { enqueue: (job, delayS) => Promise.resolve(void jobs.push({ job, delayS })) },
    installationId: () => Promise.resolve(installationId),
    settings: {
      firstMessage: 'Hallo {name}!',
      dynamicVariables: { company: 'Acme' },
      leaseMs,
      voiceTtlHours: 24,
      retainS: 0,
      activation: 'patch',
      validS: 900,
      remembersSamples: false,
    },
    nowMs: () => Date.now() + aheadMs,
    log,
    meter: {
      count: () => undefined,
      durationMs: () => undefined,
      countBy: () => undefined,
      durationBy: () => undefined,
      flush: () => undefined,
    },
  };
  return {
    elevenLabs,
    table,
    log,
    jobs,
    deps,
    run: (conversationId, { agentId = 'agent_1', leftMs = 60_000, deps: other = {} } = {}) =>
      preCall(findByConversation(conversationId, agentId, leftMs), { ...deps, ...other }),
    loseNextAnswer: losesAnswers(dynamoDb),
    passLease: () => void (aheadMs += leaseMs + 1),
    close: async () => {
      dynamoDb.destroy();
      s3.destroy();
      await Promise.all([aws.close(), elevenLabs.close()]);
    },
  };
};

const findByConversation = (conversation_id: string, agent_id: string, leftMs: number): ReceivedPreCall => ({
  event: { type: 'pre_call', conversation_id, agent_id, caller_metadata: { name: 'Ivan' } },
  samples: [measuredSample()],
  signedAtS: Math.floor(Date.now() / 1000),
  receivedAtMs: Date.now(),
  deadline: deadlineAt(Date.now() + leftMs, Date.now),
});

const clients = async ({ url }: AwsEmulators): Promise<{ dynamoDb: DynamoDBClient; s3: S3Client }> => {
  const client = { endpoint: url, region: 'eu-central-1', credentials: { accessKeyId: 'x', secretAccessKey: 'x' } };
  const dynamoDb = new DynamoDBClient(client);
  const s3 = new S3Client({ ...client, forcePathStyle: true });
  await dynamoDb.send(
    new CreateTableCommand({
      TableName: 'ledger',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    }),
  );
  await s3.send(new CreateBucketCommand({ Bucket: 'samples' }));
  return { dynamoDb, s3 };
};
