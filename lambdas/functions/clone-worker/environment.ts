import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { dynamoDbClient, s3Client, secretsClient, sqsClient } from '../../aws/clients';
import { deletionJobsOn } from '../../aws/deletion-jobs';
import { postponeOn } from '../../aws/job-visibility';
import { secret } from '../../aws/secrets';
import { storedSamplesIn } from '../../aws/stored-samples';
import { connectionTo } from '../../elevenlabs/connection';
import { agentSetups } from '../../ledger/agent-setups';
import { callers } from '../../ledger/callers';
import { calls } from '../../ledger/calls';
import { cloneClaims } from '../../ledger/clone-claims';
import { installationId } from '../../ledger/installation';
import { ledgerTable } from '../../ledger/table';
import { voices } from '../../ledger/voices';
import { parseEnv, type VariablesOf } from '../../platform/env';
import { lazy } from '../../platform/lazy';
import type { QueueWork } from '../../platform/queue-worker';
import type { Telemetry } from '../../platform/telemetry';
import { processJob } from '../../three-cx/process-job';
import { threeCxEnvironment, threeCxSettings } from '../../three-cx/settings';
import type { CloneWorkerDeps } from '../../three-cx/worker-deps';
import type { CloneJob } from '../../voices/clone-job';

/** The schema of the variables that this function reads. */
export const environment = threeCxEnvironment.extend({
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

/** The variables of this function. */
export type Environment = VariablesOf<typeof environment>;

/** Parses the environment and makes the clients. */
export const wire = (source: NodeJS.ProcessEnv, telemetry: Telemetry): QueueWork<CloneJob> => {
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
    work: (job, deadline) => processJob(job, deadline, deps),
    postpone: postponeOn(sqs, env.CLONE_QUEUE_URL),
  };
};
