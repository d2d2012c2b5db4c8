import { createHash } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { type Bucket, bucketOf } from '../../lambdas/aws/bucket';
import { callEventsOn } from '../../lambdas/aws/call-events';
import type { PostCallJobs } from '../../lambdas/aws/job-queue';
import type { PostCallDeps } from '../../lambdas/calls/deps';
import { ingest } from '../../lambdas/calls/ingest';
import type { PostCallJob } from '../../lambdas/calls/post-call-job';
import { processJob } from '../../lambdas/calls/process-post-call-job';
import { type Callers, callers } from '../../lambdas/ledger/callers';
import { calls } from '../../lambdas/ledger/calls';
import { conversations } from '../../lambdas/ledger/conversations';
import { records } from '../../lambdas/ledger/records';
import { ledgerTable } from '../../lambdas/ledger/table';
import { unknownEvents } from '../../lambdas/ledger/unknown-events';
import { deadlineAt } from '../../lambdas/platform/deadline';
import { startAwsEmulators } from '../../local/aws/emulators';
import type { BusEvent } from '../../local/aws/event-bus';
import { bucket, createStores } from './lifecycle/stores';
import { recordingLog, type RecordingLog } from './recording-log';

/**
 * Intake and worker of post-call events in this process, on real adapters and the local emulators; only the queues are
 * lists.
 */
export interface PostCallRig {
  readonly deps: PostCallDeps & { readonly bodies: Bucket; readonly jobs: PostCallJobs; readonly callers: Callers };
  readonly settings: { -readonly [K in keyof PostCallDeps['settings']]: PostCallDeps['settings'][K] };
  readonly log: RecordingLog;
  /** Names of what was counted. */
  readonly counted: string[];
  /** Jobs that wait, the oldest first. */
  readonly jobs: PostCallJob[];
  readonly busEvents: readonly BusEvent[];
  nowMs(): number;
  advance(seconds: number): void;
  /** Takes a body in: text as it is, anything else as JSON. */
  send(payload: unknown): Promise<unknown>;
  /** Works off what waits, in order; one that fails is put back, and its failure thrown. */
  processJob(others?: Partial<PostCallDeps>): Promise<void>;
  /** Both. */
  tell(payload: unknown): Promise<void>;
  ledger(): Promise<Record<string, Record<string, unknown>>>;
  /** The record of a call, under its id in the ledger. */
  record(id: string): Promise<Record<string, unknown> | undefined>;
  /** Keys of what is in the bucket, those with this text in them. */
  keys(text: string): Promise<string[]>;
  bytes(key: string): Promise<Buffer>;
  close(): Promise<void>;
}

/** The key of a caller in the rig. */
export const hashOf = (phoneNumber: string): string => createHash('sha256').update(phoneNumber).digest('hex');

/** Starts one whose ElevenLabs is at this URL. */
export const startPostCallRig = async (elevenLabsUrl = 'http://127.0.0.1:9'): Promise<PostCallRig> => {
  const aws = await startAwsEmulators();
  const client = { endpoint: aws.url, region: 'eu-central-1', credentials: { accessKeyId: 'x', secretAccessKey: 'x' } };
  const dynamoDb = new DynamoDBClient(client);
  const s3 = new S3Client({ ...client, forcePathStyle: true });
  const eventBridge = new EventBridgeClient(client);
  const stores = await createStores(dynamoDb, s3);
  const log = recordingLog();
  const counted: string[] = [];
  const jobs: PostCallJob[] = [];
  const settings: PostCallRig['settings'] = {
    storesTranscripts: true,
    storesAudio: true,
    erasesAtElevenLabs: false,
    recordKeptS: 86_400,
    bodyKeptS: 86_400,
  };
  let aheadMs = 0;
  const nowMs = (): number => Date.now() + aheadMs;
  const table = ledgerTable(dynamoDb, 'ledger');
  const meter: PostCallDeps['meter'] = {
    count: (metric) => void counted.push(metric),
    countBy: (metric) => void counted.push(metric),
    durationMs: () => undefined,
    durationBy: () => undefined,
    flush: () => undefined,
  };
  const deps: PostCallRig['deps'] = {
    elevenLabs: { baseUrl: elevenLabsUrl, apiKey: () => Promise.resolve('sk'), log },
    bodies: bucketOf(s3, bucket),
    archive: bucketOf(s3, bucket),
    records: records(table, nowMs),
    unknownEvents: unknownEvents(table),
    calls: calls(table),
    cloneJobs: { enqueue: () => Promise.resolve() },
    conversations: conversations(table),
    callers: callers(table),
    callerKeys: (names) => Promise.resolve({ all: names.map(hashOf), likely: names.map(hashOf) }),
    endJobs: { enqueue: () => Promise.resolve() },
    jobs: {
      enqueue: (job) => Promise.resolve(void jobs.push(job)),
      enqueueAll: (more) => Promise.resolve(void jobs.push(...more.map(({ job }) => job))),
    },
    events: callEventsOn(eventBridge),
    settings,
    nowMs,
    log,
    meter,
  };
  const rig: PostCallRig = {
    deps,
    settings,
    log,
    counted,
    jobs,
    busEvents: aws.busEvents,
    nowMs,
    advance: (seconds) => void (aheadMs += seconds * 1000),
    send: (payload) => {
      const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
      return ingest(Buffer.from(text), new Set(['elevenlabs', 'flat'] as const), deps);
    },
    processJob: async (others = {}) => {
      for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) {
        try {
          await processJob(job, deadlineAt(nowMs() + 20_000, nowMs), { ...deps, ...others });
        } catch (error) {
          jobs.unshift(job);
          throw error;
        }
      }
    },
    tell: async (payload) => {
      await rig.send(payload);
      await rig.processJob();
    },
    ledger: stores.ledger,
    record: async (id) => (await stores.ledger())[`RECORD#${id}`],
    keys: async (text) => (await stores.samples()).filter((key) => key.includes(text)),
    bytes: async (Key) => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
      return Buffer.from(await Body!.transformToByteArray());
    },
    close: async () => {
      [dynamoDb, s3, eventBridge].forEach((each) => each.destroy());
      await aws.close();
    },
  };
  return rig;
};
