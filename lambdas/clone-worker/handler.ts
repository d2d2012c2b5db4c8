import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { dynamoDbClient, s3Client, secretsClient, sqsClient } from '../adapters/aws';
import { deletionJobsOn } from '../adapters/deletion-jobs';
import { connectionTo } from '../adapters/elevenlabs/connection';
import { postponeOn } from '../adapters/job-visibility';
import { agentSetups } from '../adapters/ledger/agent-setups';
import { callers } from '../adapters/ledger/callers';
import { calls } from '../adapters/ledger/calls';
import { cloneClaims } from '../adapters/ledger/clone-claims';
import { installationId } from '../adapters/ledger/installation';
import { ledgerTable } from '../adapters/ledger/table';
import { voices } from '../adapters/ledger/voices';
import { secret } from '../adapters/secrets';
import { storedSamplesIn } from '../adapters/stored-samples';
import { type CloneJob, cloneJob } from '../domain/clone-job';
import { parseEnv } from '../shared/env';
import { lazy } from '../shared/lazy';
import { type QueueWork, queueWorker } from '../shared/queue-worker';
import { createTelemetry } from '../shared/telemetry';
import { threeCxEnvironment, threeCxSettings } from '../threecx-call/settings';
import type { CloneWorkerDeps } from './deps';
import { workOff } from './work-off';

const environment = threeCxEnvironment.extend({
  AWS_ENDPOINT_URL: z.string().optional(),
  ELEVENLABS_API_BASE_URL: z.url(),
  ELEVENLABS_API_KEY_SECRET_ARN: z.string().min(1),
  LEDGER_TABLE: z.string().min(1),
  BUCKET: z.string().min(1),
  CLONE_QUEUE_URL: z.url(),
  VOICE_DELETION_QUEUE_URL: z.url(),
  VOICE_CACHE_HOURS: z.coerce.number().positive(),
  CLAIM_LEASE_SECONDS: z.coerce.number().positive(),
});

const telemetry = createTelemetry('clone-worker');

const wire = (source: NodeJS.ProcessEnv): QueueWork<CloneJob> => {
  const env = parseEnv(environment, source);
  const apiKey = secret(secretsClient(), env.ELEVENLABS_API_KEY_SECRET_ARN, Date.now, telemetry.log);
  const sqs = sqsClient();
  const table = ledgerTable(dynamoDbClient(), env.LEDGER_TABLE);
  const deps: CloneWorkerDeps = {
    elevenLabs: connectionTo(env.ELEVENLABS_API_BASE_URL, apiKey, telemetry),
    calls: calls(table),
    callers: callers(table),
    setups: agentSetups(table),
    claims: cloneClaims(table),
    voices: voices(table),
    samples: storedSamplesIn(s3Client(env.AWS_ENDPOINT_URL !== undefined), env.BUCKET),
    deletionJobs: deletionJobsOn(sqs, env.VOICE_DELETION_QUEUE_URL),
    installationId: lazy(() => installationId(table)),
    settings: threeCxSettings(env),
    cloneSettings: { cacheS: env.VOICE_CACHE_HOURS * 3600, leaseMs: env.CLAIM_LEASE_SECONDS * 1000 },
    pause: (ms) => sleep(ms),
    nowMs: Date.now,
    ...telemetry,
  };
  return {
    work: (job, deadline) => workOff(job, deadline, deps),
    postpone: postponeOn(sqs, env.CLONE_QUEUE_URL),
  };
};

/** The clone queue. */
export const handler = queueWorker({
  schema: cloneJob,
  ...telemetry,
  nowMs: Date.now,
  wire: () => wire(process.env),
});
