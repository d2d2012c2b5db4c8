import { createHash, randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { bucketOf } from '../../lambdas/aws/bucket';
import { recordEnrolment } from '../../lambdas/callers/caller-changes';
import { agentSetups } from '../../lambdas/ledger/agent-setups';
import { agents } from '../../lambdas/ledger/agents';
import { callers } from '../../lambdas/ledger/callers';
import { calls } from '../../lambdas/ledger/calls';
import { ledgerTable, type LedgerTable } from '../../lambdas/ledger/table';
import { voices } from '../../lambdas/ledger/voices';
import { type Deadline, deadlineAt } from '../../lambdas/platform/deadline';
import type { PlacingOutcome } from '../../lambdas/three-cx/three-cx-call';
import type { CloneWorkerDeps } from '../../lambdas/three-cx/worker-deps';
import type { DeletionJob } from '../../lambdas/voices/deletion-job';
import { startAwsEmulators } from '../../local/aws/emulators';
import { allOverrides } from './calls-stack';
import { startElevenLabs, type TestElevenLabs } from './elevenlabs';
import { type AwsFault, expose } from './lifecycle/actors';
import { createStores, type Stores } from './lifecycle/stores';
import { createVirtualQueue, type VirtualQueue } from './lifecycle/virtual-queue';
import { recordingLog, type RecordingLog } from './recording-log';
import { spokenSample } from './samples';
import { storeCall } from './three-cx-call';

/** The clone worker on real adapters, the local emulators and the simulated ElevenLabs. */
export interface CloneRig {
  readonly elevenLabs: TestElevenLabs;
  readonly deps: CloneWorkerDeps;
  readonly table: LedgerTable;
  readonly stores: Stores;
  readonly log: RecordingLog;
  /** A queue for clone jobs, on the rig's clock. */
  readonly queue: VirtualQueue;
  /** AWS calls of processes that are to fail. */
  readonly awsFaults: AwsFault[];
  /** Deletion jobs that were queued. */
  readonly deletions: DeletionJob[];
  /** A caller with one sample; the key of the caller's item. */
  enrol(content?: string, name?: string): Promise<string>;
  /** A 3CX call whose greeting went like this, by default failed; the SHA-256 of its id. */
  call(callerHash: string | undefined, greeting?: PlacingOutcome): Promise<string>;
  deadline(): Deadline;
  passTime(ms: number): void;
  close(): Promise<void>;
}

/** A claim's lease, in milliseconds. */
export const leaseMs = 150_000;

/** How long voices are kept, in seconds. */
export const cacheS = 86_400;

const settings = {
  agentId: 'agent_1',
  phoneNumberId: 'phnum_1',
  transport: 'sip_trunk',
  dialTarget: 'caller',
  greetingVoiceId: undefined,
  greetingMessage: 'One moment',
  greetingMaxS: 35,
  musicUrl: undefined,
  firstMessage: 'Hallo {name}!',
  dynamicVariables: {},
  cloneMaxWaitS: 35,
  isTransitionAutomatic: true,
  longestCallS: 3600,
} as const;

/** Starts one. */
export const startCloneRig = async (): Promise<CloneRig> => {
  const aws = await startAwsEmulators();
  const elevenLabs = await startElevenLabs({
    apiKey: 'sk',
    agents: [{ agentId: 'agent_1', voiceId: 'ownVoice1', firstMessage: 'Hello', platformSettings: allOverrides }],
    settings: { latencyMs: 0, voiceLimit: 500, maxVoiceAddEdits: 500 },
  });
  const client = { endpoint: aws.url, region: 'eu-central-1', credentials: { accessKeyId: 'x', secretAccessKey: 'x' } };
  const dynamoDb = new DynamoDBClient(client);
  const s3 = new S3Client({ ...client, forcePathStyle: true });
  const stores = await createStores(dynamoDb, s3);
  const awsFaults: AwsFault[] = [];
  const table = ledgerTable(dynamoDb, 'ledger');
  const log = recordingLog();
  const deletions: DeletionJob[] = [];
  let aheadMs = 0;
  const nowMs = (): number => Date.now() + aheadMs;
  const deps: CloneWorkerDeps = {
    elevenLabs: { baseUrl: elevenLabs.url, apiKey: () => Promise.resolve('sk'), log, pause: () => Promise.resolve() },
    calls: calls(table),
    callers: callers(table),
    agents: agents(table),
    setups: agentSetups(table),
    voices: voices(table),
    samples: bucketOf(s3, 'samples'),
    deletionJobs: { enqueue: (job) => Promise.resolve(void deletions.push(job)) },
    installationId: () => Promise.resolve('0011223344556677'),
    settings,
    cloneSettings: { cacheS, leaseMs },
    nowMs,
    log,
    meter: {
      count: () => undefined,
      durationMs: () => undefined,
      countBy: () => undefined,
      durationBy: () => undefined,
      flush: () => undefined,
    },
  };
  const queue = await createVirtualQueue(client, nowMs);
  expose(dynamoDb, 'dynamodb', awsFaults);
  expose(s3, 's3', awsFaults);
  expose(queue.client, 'sqs', awsFaults);
  const nowS = (): number => Math.floor(nowMs() / 1000);
  return {
    elevenLabs,
    deps,
    table,
    stores,
    log,
    queue,
    awsFaults,
    deletions,
    enrol: async (content = randomUUID(), name) => {
      const callerHash = createHash('sha256').update(randomUUID()).digest('hex');
      const bytes = Buffer.concat([spokenSample('caller.wav'), Buffer.from(content)]);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const sample = { key: `callers/${callerHash}/${sha256}.wav`, sha256, format: 'wav' as const };
      await s3.send(new PutObjectCommand({ Bucket: 'samples', Key: sample.key, Body: bytes }));
      const times = { signedAtS: nowS(), expiresAtS: nowS() + 30 * 86_400 };
      await deps.callers.change(callerHash, recordEnrolment({ name, samples: [sample], ...times }, nowS()));
      return callerHash;
    },
    call: (callerHash, greeting) => storeCall(deps.calls, { callerHash, receivedAtMs: nowMs() }, greeting),
    deadline: () => deadlineAt(nowMs() + 115_000, nowMs),
    passTime: (ms) => void (aheadMs += ms),
    close: async () => {
      dynamoDb.destroy();
      s3.destroy();
      [queue, queue.client].forEach((each) => each.destroy());
      await Promise.all([aws.close(), elevenLabs.close()]);
    },
  };
};
