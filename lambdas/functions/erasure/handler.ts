import * as z from 'zod';
import { dynamoDbClient, s3Client, sqsClient } from '../../aws/clients';
import { deletionJobsOn } from '../../aws/deletion-jobs';
import { postponeOn } from '../../aws/job-visibility';
import { storedObjectsIn } from '../../aws/stored-objects';
import type { ErasureDeps } from '../../callers/erasure/deps';
import { eraseCaller } from '../../callers/erasure/erase-caller';
import { type ErasureJob, erasureJob } from '../../callers/erasure/erasure';
import { agents } from '../../ledger/agents';
import { callers } from '../../ledger/callers';
import { calls } from '../../ledger/calls';
import { conversations } from '../../ledger/conversations';
import { erasures } from '../../ledger/erasures';
import { records } from '../../ledger/records';
import { ledgerTable } from '../../ledger/table';
import { voices } from '../../ledger/voices';
import { parseEnv } from '../../platform/env';
import { type QueueWork, queueWorker } from '../../platform/queue-worker';
import { createTelemetry } from '../../platform/telemetry';

const environment = z.object({
  AWS_ENDPOINT_URL: z.string().optional(),
  LEDGER_TABLE: z.string().min(1),
  BUCKET: z.string().min(1),
  ERASURE_QUEUE_URL: z.url(),
  VOICE_DELETION_QUEUE_URL: z.url(),
});

const telemetry = createTelemetry('erasure');

const wire = (source: NodeJS.ProcessEnv): QueueWork<ErasureJob> => {
  const env = parseEnv(environment, source);
  const table = ledgerTable(dynamoDbClient(), env.LEDGER_TABLE);
  const sqs = sqsClient();
  const deps: ErasureDeps = {
    erasures: erasures(table),
    callers: callers(table),
    conversations: conversations(table),
    voices: voices(table),
    agents: agents(table),
    records: records(table, Date.now),
    calls: calls(table),
    objects: storedObjectsIn(s3Client(env.AWS_ENDPOINT_URL !== undefined), env.BUCKET),
    deletionJobs: deletionJobsOn(sqs, env.VOICE_DELETION_QUEUE_URL),
    nowMs: Date.now,
    ...telemetry,
  };
  return {
    work: (job, deadline) => eraseCaller(job, deadline, deps),
    postpone: postponeOn(sqs, env.ERASURE_QUEUE_URL),
  };
};

/** The erasure queue. */
export const handler = queueWorker({
  schema: erasureJob,
  ...telemetry,
  nowMs: Date.now,
  wire: () => wire(process.env),
});
