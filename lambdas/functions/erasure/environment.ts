import * as z from 'zod';
import { dynamoDbClient, s3Client, sqsClient } from '../../aws/clients';
import { deletionJobsOn } from '../../aws/deletion-jobs';
import { postponeOn } from '../../aws/job-visibility';
import { storedObjectsIn } from '../../aws/stored-objects';
import type { ErasureDeps } from '../../callers/erasure/deps';
import { eraseCaller } from '../../callers/erasure/erase-caller';
import type { ErasureJob } from '../../callers/erasure/erasure';
import { agents } from '../../ledger/agents';
import { callTraces } from '../../ledger/caller-references';
import { callers } from '../../ledger/callers';
import { conversations } from '../../ledger/conversations';
import { erasures } from '../../ledger/erasures';
import { records } from '../../ledger/records';
import { ledgerTable } from '../../ledger/table';
import { voices } from '../../ledger/voices';
import { parseEnv, type VariablesOf } from '../../platform/env';
import type { QueueWork } from '../../platform/queue-worker';
import type { Telemetry } from '../../platform/telemetry';

/** The schema of the variables that this function reads. */
export const environment = z.object({
  AWS_ENDPOINT_URL: z.string().optional(),
  LEDGER_TABLE: z.string().min(1),
  BUCKET: z.string().min(1),
  ERASURE_QUEUE_URL: z.url(),
  VOICE_DELETION_QUEUE_URL: z.url(),
});

/** The variables of this function. */
export type Environment = VariablesOf<typeof environment>;

/** Parses the environment and makes the clients. */
export const wire = (source: NodeJS.ProcessEnv, telemetry: Telemetry): QueueWork<ErasureJob> => {
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
