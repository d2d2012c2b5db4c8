import * as z from 'zod';
import { dynamoDbClient, s3Client, secretsClient, sqsClient } from '../../aws/clients';
import { postponeOn } from '../../aws/job-visibility';
import { samplesIn } from '../../aws/samples';
import { secret } from '../../aws/secrets';
import { connectionTo } from '../../elevenlabs/connection';
import { agents } from '../../ledger/agents';
import { callers } from '../../ledger/callers';
import { conversations } from '../../ledger/conversations';
import { installationId } from '../../ledger/installation';
import { ledgerTable } from '../../ledger/table';
import { voices } from '../../ledger/voices';
import { parseEnv, type VariablesOf } from '../../platform/env';
import { lazy } from '../../platform/lazy';
import type { QueueWork } from '../../platform/queue-worker';
import type { Telemetry } from '../../platform/telemetry';
import type { DeletionJob } from '../../voices/deletion-job';
import type { VoiceDeletionDeps } from '../../voices/end/deps';
import { processJob } from '../../voices/end/process-job';

/** The schema of the variables that this function reads. */
export const environment = z.object({
  AWS_ENDPOINT_URL: z.string().optional(),
  ELEVENLABS_API_BASE_URL: z.url(),
  ELEVENLABS_API_KEY_SECRET_ARN: z.string().min(1),
  LEDGER_TABLE: z.string().min(1),
  BUCKET: z.string().min(1),
  VOICE_DELETION_QUEUE_URL: z.url(),
  SAMPLE_RETENTION_DAYS: z.coerce.number().min(0),
});

/** The variables of this function. */
export type Environment = VariablesOf<typeof environment>;

/** Parses the environment and makes the clients. */
export const wire = (source: NodeJS.ProcessEnv, telemetry: Telemetry): QueueWork<DeletionJob> => {
  const env = parseEnv(environment, source);
  const apiKey = secret(secretsClient(), env.ELEVENLABS_API_KEY_SECRET_ARN, Date.now, telemetry.log);
  const table = ledgerTable(dynamoDbClient(), env.LEDGER_TABLE);
  const s3 = s3Client(env.AWS_ENDPOINT_URL !== undefined);
  const deps: VoiceDeletionDeps = {
    elevenLabs: connectionTo(env.ELEVENLABS_API_BASE_URL, apiKey, telemetry),
    conversations: conversations(table),
    agents: agents(table),
    voices: voices(table),
    callers: callers(table),
    samples: env.SAMPLE_RETENTION_DAYS > 0 ? undefined : samplesIn(s3, env.BUCKET),
    installationId: lazy(() => installationId(table)),
    nowMs: Date.now,
    ...telemetry,
  };
  return {
    work: (job, deadline) => processJob(job, deadline, deps),
    postpone: postponeOn(sqsClient(), env.VOICE_DELETION_QUEUE_URL),
  };
};
