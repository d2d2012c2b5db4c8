import * as z from 'zod';
import { dynamoDbClient, s3Client, secretsClient, sqsClient } from '../../aws/clients';
import { deletionJobsOn } from '../../aws/deletion-jobs';
import { samplesIn } from '../../aws/samples';
import { secret } from '../../aws/secrets';
import { type Uploads, uploadsIn } from '../../aws/uploads';
import { callerHashing } from '../../callers/caller-hash';
import { defaultCountry } from '../../callers/phone-number';
import { connectionTo } from '../../elevenlabs/connection';
import { agents } from '../../ledger/agents';
import { callers } from '../../ledger/callers';
import { conversations } from '../../ledger/conversations';
import { installationId } from '../../ledger/installation';
import { ledgerTable } from '../../ledger/table';
import { voices } from '../../ledger/voices';
import { parseEnv, type VariablesOf } from '../../platform/env';
import { lazy } from '../../platform/lazy';
import type { Telemetry } from '../../platform/telemetry';
import { sampleLimits, sampleVariables } from '../../samples/sample-limits';
import type { SampleLimits } from '../../samples/voice-sample';
import type { PreCallDeps } from '../../voices/pre-call/deps';
import type { Gate } from '../../voices/pre-call/receive';

/** The schema of the variables that this function reads. */
export const environment = z.object({
  AWS_ENDPOINT_URL: z.string().optional(),
  ELEVENLABS_API_BASE_URL: z.url(),
  ELEVENLABS_API_KEY_SECRET_ARN: z.string().min(1),
  ELEVENLABS_WEBHOOK_SECRET_ARN: z.string().min(1),
  LEDGER_TABLE: z.string().min(1),
  BUCKET: z.string().min(1),
  VOICE_DELETION_QUEUE_URL: z.url(),
  DEFAULT_FIRST_MESSAGE: z.string().min(1),
  ENABLE_SAMPLE_STORAGE: z.stringbool(),
  ...sampleVariables,
  VOICE_TTL_HOURS: z.coerce.number().positive(),
  SIGNATURE_TOLERANCE_SECONDS: z.coerce.number().positive(),
  CLAIM_LEASE_SECONDS: z.coerce.number().positive(),
  SAMPLES_OUTLIVE_CALLS: z.stringbool(),
  VOICE_RETENTION_SECONDS: z.coerce.number().min(0),
  AGENT_ACTIVATION: z.enum(['patch', 'override', 'both']),
  CALLER_HASH_KEY_SECRET_ARN: z.string().min(1),
  DEFAULT_COUNTRY: defaultCountry,
});

/** The variables of this function. */
export type Environment = VariablesOf<typeof environment>;

/** What removing a sample may take of the time for an answer, in milliseconds. */
const removeTimeoutMs = 400;

/** What the handler of a pre-call works with. */
export interface Wired extends PreCallDeps, Gate {
  readonly uploads: Uploads;
  readonly limits: SampleLimits;
}

/** Parses the environment and makes the clients. */
export const wire = (source: NodeJS.ProcessEnv, telemetry: Telemetry): Wired => {
  const env = parseEnv(environment, source);
  const nowMs = Date.now;
  const secrets = secretsClient();
  const apiKey = secret(secrets, env.ELEVENLABS_API_KEY_SECRET_ARN, nowMs, telemetry.log);
  const s3 = s3Client(env.AWS_ENDPOINT_URL !== undefined);
  const limits = sampleLimits(env);
  const table = ledgerTable(dynamoDbClient(), env.LEDGER_TABLE);
  const hashKey = secret(secrets, env.CALLER_HASH_KEY_SECRET_ARN, nowMs, telemetry.log);
  const callerKeys = callerHashing(hashKey, env.DEFAULT_COUNTRY);
  // A first call needs them after its signature was judged; whoever needs them then sees their failure.
  for (const each of [apiKey, hashKey]) void each.values().catch(() => undefined);
  return {
    elevenLabs: connectionTo(env.ELEVENLABS_API_BASE_URL, apiKey, telemetry),
    conversations: conversations(table),
    agents: agents(table),
    voices: voices(table),
    callers: callers(table),
    callerHash: callerKeys.hash,
    deletionJobs: deletionJobsOn(sqsClient(), env.VOICE_DELETION_QUEUE_URL),
    samples: env.ENABLE_SAMPLE_STORAGE ? samplesIn(s3, env.BUCKET, removeTimeoutMs) : undefined,
    uploads: uploadsIn(s3, env.BUCKET, nowMs),
    installationId: lazy(() => installationId(table)),
    settings: {
      firstMessage: env.DEFAULT_FIRST_MESSAGE,
      leaseMs: env.CLAIM_LEASE_SECONDS * 1000,
      voiceTtlHours: env.VOICE_TTL_HOURS,
      retainS: env.VOICE_RETENTION_SECONDS,
      activation: env.AGENT_ACTIVATION,
      remembersSamples: env.SAMPLES_OUTLIVE_CALLS,
    },
    nowMs,
    ...telemetry,
    webhookSecrets: secret(secrets, env.ELEVENLABS_WEBHOOK_SECRET_ARN, nowMs, telemetry.log),
    limits,
    maxSampleBytes: limits.maxBytes,
    toleranceS: env.SIGNATURE_TOLERANCE_SECONDS,
  };
};
