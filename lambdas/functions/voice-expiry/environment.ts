import * as z from 'zod';
import { dynamoDbClient, sqsClient } from '../../aws/clients';
import { deletionJobsOn } from '../../aws/deletion-jobs';
import { ledgerTable } from '../../ledger/table';
import { voices } from '../../ledger/voices';
import { parseEnv, type VariablesOf } from '../../platform/env';
import type { Telemetry } from '../../platform/telemetry';
import type { VoiceExpiryDeps } from '../../voices/end/expire-voices';

/** The schema of the variables that this function reads. */
export const environment = z.object({ LEDGER_TABLE: z.string().min(1), VOICE_DELETION_QUEUE_URL: z.url() });

/** The variables of this function. */
export type Environment = VariablesOf<typeof environment>;

/** Parses the environment and makes the clients. */
export const wire = (source: NodeJS.ProcessEnv, telemetry: Telemetry): VoiceExpiryDeps => {
  const env = parseEnv(environment, source);
  return {
    voices: voices(ledgerTable(dynamoDbClient(), env.LEDGER_TABLE)),
    deletionJobs: deletionJobsOn(sqsClient(), env.VOICE_DELETION_QUEUE_URL),
    nowMs: Date.now,
    log: telemetry.log,
  };
};
