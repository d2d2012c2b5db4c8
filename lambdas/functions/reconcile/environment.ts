import * as z from 'zod';
import { dynamoDbClient, s3Client, secretsClient, sqsClient } from '../../aws/clients';
import { deletionJobsOn } from '../../aws/deletion-jobs';
import { postCallBodiesIn } from '../../aws/post-call-bodies';
import { postCallJobsOn } from '../../aws/post-call-jobs';
import { secret } from '../../aws/secrets';
import { connectionTo } from '../../elevenlabs/connection';
import { agentSetups } from '../../ledger/agent-setups';
import { agents } from '../../ledger/agents';
import { conversations } from '../../ledger/conversations';
import { installationId } from '../../ledger/installation';
import { looks } from '../../ledger/reconcile-cursor';
import { records } from '../../ledger/records';
import { ledgerTable } from '../../ledger/table';
import { voices } from '../../ledger/voices';
import { parseEnv, type VariablesOf } from '../../platform/env';
import { lazy } from '../../platform/lazy';
import type { Telemetry } from '../../platform/telemetry';
import type { ReconcileDeps } from '../../reconcile/deps';
import { agentSettings, agentsOfSettings } from '../../setup/agent-settings';

/** The schema of the variables that this function reads. */
export const environment = agentSettings.extend({
  ELEVENLABS_API_BASE_URL: z.url(),
  ELEVENLABS_API_KEY_SECRET_ARN: z.string().min(1),
  LEDGER_TABLE: z.string().min(1),
  VOICE_DELETION_QUEUE_URL: z.url(),
  AWS_ENDPOINT_URL: z.string().optional(),
  BUCKET: z.string().min(1),
  POSTCALL_QUEUE_URL: z.url(),
  TRANSCRIPT_RETENTION_DAYS: z.coerce.number().positive(),
});

/** The variables of this function. */
export type Environment = VariablesOf<typeof environment>;

/** Parses the environment and makes the clients. */
export const wire = (source: NodeJS.ProcessEnv, telemetry: Telemetry): ReconcileDeps => {
  const env = parseEnv(environment, source);
  const apiKey = secret(secretsClient(), env.ELEVENLABS_API_KEY_SECRET_ARN, Date.now, telemetry.log);
  const sqs = sqsClient();
  const table = ledgerTable(dynamoDbClient(), env.LEDGER_TABLE);
  return {
    elevenLabs: connectionTo(env.ELEVENLABS_API_BASE_URL, apiKey, telemetry),
    conversations: conversations(table),
    agents: agents(table),
    voices: voices(table),
    deletionJobs: deletionJobsOn(sqs, env.VOICE_DELETION_QUEUE_URL),
    records: records(table, Date.now),
    looks: looks(table),
    bodies: postCallBodiesIn(s3Client(env.AWS_ENDPOINT_URL !== undefined), env.BUCKET),
    postCallJobs: postCallJobsOn(sqs, env.POSTCALL_QUEUE_URL),
    setups: agentSetups(table),
    agentIds: agentsOfSettings(env),
    recordKeptS: env.TRANSCRIPT_RETENTION_DAYS * 24 * 3600,
    installationId: lazy(() => installationId(table)),
    nowMs: Date.now,
    ...telemetry,
  };
};
