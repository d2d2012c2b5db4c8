import * as z from 'zod';
import { dynamoDbClient, s3Client, sqsClient } from '../adapters/aws';
import { deletionJobsOn } from '../adapters/deletion-jobs';
import { postponeOn } from '../adapters/job-visibility';
import { agents } from '../adapters/ledger/agents';
import { callTraces } from '../adapters/ledger/call-traces';
import { callers } from '../adapters/ledger/callers';
import { conversations } from '../adapters/ledger/conversations';
import { erasures } from '../adapters/ledger/erasures';
import { records } from '../adapters/ledger/records';
import { ledgerTable } from '../adapters/ledger/table';
import { voices } from '../adapters/ledger/voices';
import { storedObjectsIn } from '../adapters/stored-objects';
import { type ErasureJob, erasureJob } from '../domain/erasure';
import { parseEnv } from '../shared/env';
import { type QueueWork, queueWorker } from '../shared/queue-worker';
import { createTelemetry } from '../shared/telemetry';
import type { ErasureDeps } from './deps';
import { eraseCaller } from './erase-caller';

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
    calls: callTraces(table),
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
