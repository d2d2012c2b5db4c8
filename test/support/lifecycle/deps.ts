import { createHash } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { type Bucket, bucketOf } from '../../../lambdas/aws/bucket';
import { jobQueue } from '../../../lambdas/aws/job-queue';
import type { ErasureDeps } from '../../../lambdas/callers/erasure/deps';
import type { InitiationDeps } from '../../../lambdas/initiation/answer-call';
import { agentReadings } from '../../../lambdas/ledger/agent-readings';
import { agentSetups } from '../../../lambdas/ledger/agent-setups';
import { agents } from '../../../lambdas/ledger/agents';
import { callers } from '../../../lambdas/ledger/callers';
import { type Calls, calls } from '../../../lambdas/ledger/calls';
import { consents } from '../../../lambdas/ledger/consents';
import { conversations } from '../../../lambdas/ledger/conversations';
import { type Erasures, erasures } from '../../../lambdas/ledger/erasures';
import { exportsOf } from '../../../lambdas/ledger/exports';
import { type HeldItems, heldItems } from '../../../lambdas/ledger/held-items';
import { reconcileCursor } from '../../../lambdas/ledger/reconcile-cursor';
import { type Records, records } from '../../../lambdas/ledger/records';
import { ledgerTable } from '../../../lambdas/ledger/table';
import { unknownEvents } from '../../../lambdas/ledger/unknown-events';
import { voices } from '../../../lambdas/ledger/voices';
import type { ReconcileDeps } from '../../../lambdas/reconcile/deps';
import { deletionJob } from '../../../lambdas/voices/deletion-job';
import type { VoiceDeletionDeps } from '../../../lambdas/voices/end/deps';
import type { EndCallDeps } from '../../../lambdas/voices/end/end-call';
import type { PreCallDeps } from '../../../lambdas/voices/pre-call/deps';
import { type RecordingLog } from '../recording-log';
import { outsideCall } from './actors';

/** What the use cases of a voice's life work with, all of them. */
export type LifecycleDeps = Omit<PreCallDeps, 'samples'> &
  VoiceDeletionDeps &
  ReconcileDeps &
  EndCallDeps &
  ErasureDeps & {
    readonly samples: NonNullable<PreCallDeps['samples']>;
    readonly erasures: Erasures;
    readonly records: Records;
    readonly calls: Calls;
    readonly archive: Bucket;
    readonly items: HeldItems;
    readonly objects: Bucket;
  } & Pick<InitiationDeps, 'table' | 'hashing' | 'jobs' | 'pause' | 'terms'>;

/** What they are made of. */
export interface LifecycleParts {
  readonly elevenLabsUrl: string;
  readonly dynamoDb: DynamoDBClient;
  readonly s3: S3Client;
  readonly sqs: SQSClient;
  readonly queueUrl: string;
  readonly nowMs: () => number;
  readonly log: RecordingLog;
  readonly terms: InitiationDeps['terms'];
  readonly settings: PreCallDeps['settings'];
}

/** The mark of the test's installation. */
export const installationId = '0011223344556677';

const hashOf = (phoneNumber: string): string => createHash('sha256').update(phoneNumber).digest('hex');

/** The real adapters, each call of which is one that a kill or a fault can strike. */
export const lifecycleDeps = (parts: LifecycleParts): LifecycleDeps => {
  const table = ledgerTable(parts.dynamoDb, 'ledger');
  const bucket = bucketOf(parts.s3, 'samples');
  const apiKey = async (): Promise<string> => {
    await outsideCall();
    return 'sk';
  };
  return {
    elevenLabs: {
      baseUrl: parts.elevenLabsUrl,
      apiKey,
      log: parts.log,
      pause: (ms) => new Promise((resolve) => setTimeout(resolve, Math.min(ms, 5))),
    },
    table,
    hashing: { hashes: (number) => Promise.resolve(/\d/.test(number) ? [hashOf(number)] : []) },
    // What prepares later calls is the work of another queue.
    jobs: { enqueue: () => Promise.resolve() },
    pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    terms: parts.terms,
    conversations: conversations(table),
    agents: agents(table),
    setups: agentSetups(table),
    voices: voices(table),
    callers: callers(table),
    consents: consents(table, 1095 * 24 * 3600, parts.nowMs),
    consentTerms: { mode: 'off', textVersion: undefined },
    callerHash: (number) => Promise.resolve(number == null ? undefined : hashOf(number)),
    olderCallerHashes: () => Promise.resolve([]),
    callerKeys: (names: readonly string[]) => Promise.resolve({ all: names.map(hashOf), likely: names.map(hashOf) }),
    samples: bucket,
    deletionJobs: jobQueue(parts.sqs, parts.queueUrl, deletionJob),
    endJobs: jobQueue(parts.sqs, parts.queueUrl, deletionJob),
    records: records(table, parts.nowMs),
    cursor: reconcileCursor(table),
    agentReadings: agentReadings(table),
    erasures: erasures(table),
    exports: exportsOf(table),
    items: heldItems(table),
    unknownEvents: unknownEvents(table),
    calls: calls(table),
    objects: bucket,
    archive: bucket,
    // What a missed call leaves behind is the work of another queue.
    bodies: { put: () => Promise.resolve() },
    postCallJobs: { enqueue: () => Promise.resolve() },
    agentIds: [],
    longestCallS: 3600,
    recordKeptS: 365 * 24 * 3600,
    installationId: () => Promise.resolve(installationId),
    standInVoiceIds: ['fallbackVoice1', 'defaultVoice1'],
    settings: parts.settings,
    nowMs: parts.nowMs,
    log: parts.log,
    meter: {
      count: () => undefined,
      durationMs: () => undefined,
      countBy: () => undefined,
      durationBy: () => undefined,
      flush: () => undefined,
    },
  };
};
