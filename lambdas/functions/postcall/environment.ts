import * as z from 'zod';
import { callArchiveIn } from '../../aws/call-archive';
import { callEventsOn } from '../../aws/call-events';
import { dynamoDbClient, eventBridgeClient, s3Client, secretsClient, sqsClient } from '../../aws/clients';
import { cloneJobsOn } from '../../aws/clone-jobs';
import { deletionJobsOn } from '../../aws/deletion-jobs';
import { postponeOn } from '../../aws/job-visibility';
import { postCallBodiesIn } from '../../aws/post-call-bodies';
import { postCallJobsOn } from '../../aws/post-call-jobs';
import { secret } from '../../aws/secrets';
import { callerHashing } from '../../callers/caller-hash';
import { defaultCountry } from '../../callers/phone-number';
import type { PostCallDeps } from '../../calls/deps';
import type { PostCallJob } from '../../calls/post-call-job';
import { processJob } from '../../calls/process-job';
import { connectionTo } from '../../elevenlabs/connection';
import { callers } from '../../ledger/callers';
import { calls } from '../../ledger/calls';
import { conversations } from '../../ledger/conversations';
import { records } from '../../ledger/records';
import { ledgerTable } from '../../ledger/table';
import { parseEnv, type VariablesOf } from '../../platform/env';
import type { QueueWork } from '../../platform/queue-worker';
import type { Telemetry } from '../../platform/telemetry';

/** The schema of the variables that this function reads. */
export const environment = z.object({
  AWS_ENDPOINT_URL: z.string().optional(),
  ELEVENLABS_API_BASE_URL: z.url(),
  ELEVENLABS_API_KEY_SECRET_ARN: z.string().min(1),
  CALLER_HASH_KEY_SECRET_ARN: z.string().min(1),
  DEFAULT_COUNTRY: defaultCountry,
  LEDGER_TABLE: z.string().min(1),
  BUCKET: z.string().min(1),
  POSTCALL_QUEUE_URL: z.url(),
  VOICE_DELETION_QUEUE_URL: z.url(),
  CLONE_QUEUE_URL: z.url(),
  ENABLE_TRANSCRIPT_STORAGE: z.stringbool(),
  ENABLE_AUDIO_STORAGE: z.stringbool(),
  TRANSCRIPT_RETENTION_DAYS: z.coerce.number().positive(),
});

/** The variables of this function. */
export type Environment = VariablesOf<typeof environment>;

/** Parses the environment and makes the clients. */
export const wire = (source: NodeJS.ProcessEnv, telemetry: Telemetry): QueueWork<PostCallJob> => {
  const env = parseEnv(environment, source);
  const secrets = secretsClient();
  const apiKey = secret(secrets, env.ELEVENLABS_API_KEY_SECRET_ARN, Date.now, telemetry.log);
  const hashKey = secret(secrets, env.CALLER_HASH_KEY_SECRET_ARN, Date.now, telemetry.log);
  const table = ledgerTable(dynamoDbClient(), env.LEDGER_TABLE);
  const s3 = s3Client(env.AWS_ENDPOINT_URL !== undefined);
  const sqs = sqsClient();
  const deps: PostCallDeps = {
    elevenLabs: connectionTo(env.ELEVENLABS_API_BASE_URL, apiKey, telemetry),
    bodies: postCallBodiesIn(s3, env.BUCKET),
    archive: callArchiveIn(s3, env.BUCKET),
    records: records(table, Date.now),
    calls: calls(table),
    cloneJobs: cloneJobsOn(sqs, env.CLONE_QUEUE_URL),
    conversations: conversations(table),
    callers: callers(table),
    callerHashes: callerHashing(hashKey, env.DEFAULT_COUNTRY).hashes,
    deletionJobs: deletionJobsOn(sqs, env.VOICE_DELETION_QUEUE_URL),
    jobs: postCallJobsOn(sqs, env.POSTCALL_QUEUE_URL),
    events: callEventsOn(eventBridgeClient()),
    settings: {
      storesTranscripts: env.ENABLE_TRANSCRIPT_STORAGE,
      storesAudio: env.ENABLE_AUDIO_STORAGE,
      recordKeptS: env.TRANSCRIPT_RETENTION_DAYS * 24 * 3600,
    },
    nowMs: Date.now,
    ...telemetry,
  };
  return {
    work: (job, deadline) => processJob(job, deadline, deps),
    postpone: postponeOn(sqs, env.POSTCALL_QUEUE_URL),
  };
};
