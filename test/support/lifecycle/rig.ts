import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { jobQueue } from '../../../lambdas/aws/job-queue';
import type { EndedCall } from '../../../lambdas/calls/ended-call';
import { answerCall } from '../../../lambdas/initiation/answer-call';
import type { InitiationAnswer, InitiationTerms } from '../../../lambdas/initiation/initiation';
import { deadlineAt } from '../../../lambdas/platform/deadline';
import { queueWorker } from '../../../lambdas/platform/queue-worker';
import { createTrace } from '../../../lambdas/platform/trace';
import { type Findings, reconcile } from '../../../lambdas/reconcile/reconcile';
import { deletionJob } from '../../../lambdas/voices/deletion-job';
import { endCall } from '../../../lambdas/voices/end/end-call';
import { voiceExpired } from '../../../lambdas/voices/end/expire-voice';
import { findConversation } from '../../../lambdas/voices/end/find-conversation';
import { processJob } from '../../../lambdas/voices/end/process-deletion-job';
import type { PreCallDeps } from '../../../lambdas/voices/pre-call/deps';
import { preCall } from '../../../lambdas/voices/pre-call/pre-call';
import type { PreCallAnswer } from '../../../lambdas/voices/pre-call/pre-call-answer';
import { startAwsEmulators } from '../../../local/aws/emulators';
import type { ObservedRequest } from '../../../local/elevenlabs/serve-api';
import { startElevenLabs, type TestElevenLabs } from '../elevenlabs';
import { recordingLog, type RecordingLog } from '../recording-log';
import { asProcess, type AwsChance, type AwsFault, expose } from './actors';
import { lifecycleDeps, type LifecycleDeps } from './deps';
import { expiryStream } from './expiry-stream';
import { type CallPlan, receivedCall } from './received-call';
import { createStores } from './stores';
import { createVirtualQueue, type VirtualQueue } from './virtual-queue';

const leaseMs = 57_000;

/**
 * The use cases of a voice's life on real adapters, the local emulators and the simulated ElevenLabs, on a clock that
 * can be moved.
 */
export interface LifecycleRig {
  readonly elevenLabs: TestElevenLabs;
  readonly deps: LifecycleDeps;
  readonly queue: VirtualQueue;
  readonly log: RecordingLog;
  /** AWS calls that are to fail. */
  readonly awsFaults: AwsFault[];
  /** What strikes by chance, until the next reset. */
  readonly chances: { aws?: AwsChance | undefined; elevenLabs?: ((request: ObservedRequest) => void) | undefined };
  /** Settings of pre-calls from now on. */
  readonly settings: { -readonly [K in keyof PreCallDeps['settings']]: PreCallDeps['settings'][K] };
  /** Settings of starting calls from now on. */
  readonly terms: { -readonly [K in keyof InitiationTerms]: InitiationTerms[K] };
  nowMs(): number;
  advance(seconds: number): void;
  preCall(plan: CallPlan, deps?: Partial<LifecycleDeps>): Promise<PreCallAnswer | 'killed'>;
  /** Answers a starting call as the initiation webhook does, in `leftMs` at most. @default 1400 */
  initiation(
    request: object,
    options?: { readonly killAfter?: number; readonly leftMs?: number },
    deps?: Partial<LifecycleDeps>,
  ): Promise<InitiationAnswer | 'killed'>;
  endCall(
    ended: Partial<EndedCall> & { conversationId: string },
    killAfter?: number,
    deps?: Partial<LifecycleDeps>,
  ): Promise<'killed' | undefined>;
  /** Works off what is due in the queue, once; how many jobs there were. */
  processJob(killAfter?: number, deps?: Partial<LifecycleDeps>): Promise<number>;
  /** Does what time to live does, and delivers it; what the killed process did not take is delivered the next time. */
  sweep(killAfter?: number, deps?: Partial<LifecycleDeps>): Promise<number>;
  reconcile(killAfter?: number, deps?: Partial<LifecycleDeps>): Promise<Findings | 'killed'>;
  /** The ledger's items by key. */
  ledger(): Promise<Record<string, Record<string, unknown>>>;
  samples(): Promise<string[]>;
  /** The voices at ElevenLabs that are clones, by id. */
  clones(): string[];
  /** Goes back to an empty ledger, queue and account. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

/** Starts one, with agents `agent_1` to `agent_3` that have voices and greetings of their own. */
export const startLifecycleRig = async (): Promise<LifecycleRig> => {
  const aws = await startAwsEmulators();
  const agents = [1, 2, 3].map((n) => ({
    agentId: `agent_${n}`,
    hasVersions: n !== 2,
    voiceId: `ownVoice${n}`,
    firstMessage: `Own greeting ${n}`,
  }));
  const settings = { latencyMs: 0, maxVoiceAddEdits: 100_000, voiceLimit: 10_000 };
  const chances: LifecycleRig['chances'] = {};
  const observe = (request: ObservedRequest): void => chances.elevenLabs?.(request);
  const elevenLabs = await startElevenLabs({ apiKey: 'sk', agents, settings, observe });
  const client = { endpoint: aws.url, region: 'eu-central-1', credentials: { accessKeyId: 'x', secretAccessKey: 'x' } };
  const log = recordingLog();
  const awsFaults: AwsFault[] = [];
  let aheadMs = 0;
  const nowMs = (): number => Date.now() + aheadMs;
  const queue = await createVirtualQueue(client, nowMs);
  const dynamoDb = new DynamoDBClient({ ...client, maxAttempts: 1 });
  const s3 = new S3Client({ ...client, forcePathStyle: true, maxAttempts: 1 });
  const plain = new DynamoDBClient(client);
  const plainS3 = new S3Client({ ...client, forcePathStyle: true });
  const stores = await createStores(plain, plainS3);
  const expiries = expiryStream(plain, nowMs);
  const chance: AwsChance = (...call) => chances.aws?.(...call);
  expose(dynamoDb, 'dynamodb', awsFaults, chance);
  expose(s3, 's3', awsFaults, chance);
  expose(queue.client, 'sqs', awsFaults, chance);
  const preCallSettings: LifecycleRig['settings'] = {
    firstMessage: 'Hallo {name}!',
    dynamicVariables: { company: 'Acme' },
    leaseMs,
    voiceTtlHours: 24,
    retainS: 0,
    activation: 'patch',
    validS: 900,
    remembersSamples: false,
  };
  const terms: LifecycleRig['terms'] = {
    firstMessage: 'Hallo {name}!',
    dynamicVariables: { company: 'Acme' },
    longestCallS: 3600,
    validS: 900,
    servesCached: true,
  };
  const parts = {
    terms,
    elevenLabsUrl: elevenLabs.url,
    dynamoDb,
    s3,
    sqs: queue.client,
    queueUrl: queue.url,
    nowMs,
    log,
  };
  const deps = lifecycleDeps({ ...parts, settings: preCallSettings });
  const clones = (): string[] =>
    elevenLabs.state.voices.filter(({ category }) => category === 'cloned').map(({ voiceId }) => voiceId);

  return {
    elevenLabs,
    deps,
    queue,
    log,
    awsFaults,
    chances,
    settings: preCallSettings,
    terms,
    nowMs,
    advance: (seconds) => void (aheadMs += seconds * 1000),
    preCall: ({ killAfter, ...plan }, others = {}) =>
      asProcess(() => preCall(receivedCall(plan, nowMs), { ...deps, ...others }), killAfter),
    initiation: (request, { killAfter, leftMs = 1_400 } = {}, others = {}) =>
      asProcess(
        () =>
          answerCall(Buffer.from(JSON.stringify(request)), deadlineAt(nowMs() + leftMs, nowMs), { ...deps, ...others }),
        killAfter,
      ),
    endCall: (ended, killAfter, others = {}) => {
      const unknown = { precallConversationId: undefined, agentIds: [], callerIdentifiers: [] };
      const call = { ...unknown, startedAtS: undefined, ...ended };
      const all = { ...deps, ...others };
      const end = async (): Promise<undefined> => {
        await endCall(call, await findConversation(call, all), all);
        return undefined;
      };
      return asProcess(end, killAfter);
    },
    processJob: (killAfter, others = {}) => {
      const worker = queueWorker(
        {
          service: 'voice-deletion',
          jobs: deletionJob,
          environment: z.object({}),
          build: () => ({ ...deps, ...others, queues: [jobQueue(queue.client, queue.url, deletionJob)] }),
          telemetry: { log, meter: deps.meter, trace: createTrace('voice-deletion', {}) },
          nowMs,
        },
        processJob,
      );
      return queue.processJob((event, context) => asProcess(() => worker(event, context), killAfter));
    },
    sweep: (killAfter, others = {}) =>
      expiries.sweep((expired) => asProcess(() => voiceExpired(expired, { ...deps, ...others }), killAfter)),
    reconcile: (killAfter, others = {}) =>
      asProcess(() => reconcile(deadlineAt(nowMs() + 60_000, nowMs), { ...deps, ...others }), killAfter),
    ledger: stores.ledger,
    samples: stores.samples,
    clones,
    reset: async () => {
      await queue.clear();
      awsFaults.length = 0;
      Object.assign(chances, { aws: undefined, elevenLabs: undefined });
      log.lines.length = 0;
      expiries.clear();
      elevenLabs.reset();
      await stores.empty();
    },
    close: async () => {
      [dynamoDb, plain, s3, plainS3, queue, queue.client].forEach((each) => each.destroy());
      await Promise.all([aws.close(), elevenLabs.close()]);
    },
  };
};
