import type { Context } from 'aws-lambda';
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
import { reconcileCursor } from '../../ledger/reconcile-cursor';
import { records } from '../../ledger/records';
import { ledgerTable } from '../../ledger/table';
import { voices } from '../../ledger/voices';
import { workDeadline } from '../../platform/deadline';
import { parseEnv } from '../../platform/env';
import { lazy } from '../../platform/lazy';
import { createTelemetry } from '../../platform/telemetry';
import { traced } from '../../platform/trace';
import type { ReconcileDeps } from '../../reconcile/deps';
import { type Findings, reconcile } from '../../reconcile/reconcile';
import { agentSettings, agentsOfSettings } from '../../setup/agent-settings';

const environment = agentSettings.extend({
  ELEVENLABS_API_BASE_URL: z.url(),
  ELEVENLABS_API_KEY_SECRET_ARN: z.string().min(1),
  LEDGER_TABLE: z.string().min(1),
  VOICE_DELETION_QUEUE_URL: z.url(),
  AWS_ENDPOINT_URL: z.string().optional(),
  BUCKET: z.string().min(1),
  POSTCALL_QUEUE_URL: z.url(),
  TRANSCRIPT_RETENTION_DAYS: z.coerce.number().positive(),
});

const telemetry = createTelemetry('reconcile');
let wired: ReconcileDeps | undefined;

const wire = (source: NodeJS.ProcessEnv): ReconcileDeps => {
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
    cursor: reconcileCursor(table),
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

/** Runs on schedule or by hand, and returns what it queued. Throws the first failure of a part. */
export const handler = async (_event: unknown, context: Context): Promise<Findings> => {
  telemetry.log.begin({ request_id: context.awsRequestId });
  const run = async (): Promise<Findings> => {
    wired ??= wire(process.env);
    return reconcile(workDeadline(context.getRemainingTimeInMillis(), wired.nowMs), wired);
  };
  try {
    return await traced(telemetry, run);
  } finally {
    telemetry.meter.flush();
  }
};
