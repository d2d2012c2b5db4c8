import * as z from 'zod';
import { dynamoDbClient, secretsClient, sqsClient } from '../../aws/clients';
import { erasureJobsOn } from '../../aws/erasure-jobs';
import { type Secret, secret } from '../../aws/secrets';
import { callerHashing } from '../../callers/caller-hash';
import type { ErasureRequestDeps } from '../../callers/erasure/request-erasure';
import { defaultCountry } from '../../callers/phone-number';
import { callers } from '../../ledger/callers';
import { erasures } from '../../ledger/erasures';
import { ledgerTable } from '../../ledger/table';
import { parseEnv, type VariablesOf } from '../../platform/env';
import type { Telemetry } from '../../platform/telemetry';

/** The schema of the variables that this function reads. */
export const environment = z.object({
  ELEVENLABS_WEBHOOK_SECRET_ARN: z.string().min(1),
  CALLER_HASH_KEY_SECRET_ARN: z.string().min(1),
  DEFAULT_COUNTRY: defaultCountry,
  LEDGER_TABLE: z.string().min(1),
  ERASURE_QUEUE_URL: z.url(),
  ERASURE_SETTLE_SECONDS: z.coerce.number().positive(),
  SIGNATURE_TOLERANCE_SECONDS: z.coerce.number().positive(),
});

/** The variables of this function. */
export type Environment = VariablesOf<typeof environment>;

/** What the handler of an erasure request works with. */
export interface Wired extends ErasureRequestDeps {
  readonly webhookSecrets: Secret;
  readonly toleranceS: number;
}

/** Parses the environment and makes the clients. */
export const wire = (source: NodeJS.ProcessEnv, telemetry: Telemetry): Wired => {
  const env = parseEnv(environment, source);
  const nowMs = Date.now;
  const secrets = secretsClient();
  const table = ledgerTable(dynamoDbClient(), env.LEDGER_TABLE);
  const hashKey = secret(secrets, env.CALLER_HASH_KEY_SECRET_ARN, nowMs, telemetry.log);
  return {
    callers: callers(table),
    erasures: erasures(table),
    jobs: erasureJobsOn(sqsClient(), env.ERASURE_QUEUE_URL),
    callerHashes: callerHashing(hashKey, env.DEFAULT_COUNTRY).hashes,
    country: env.DEFAULT_COUNTRY,
    settleS: env.ERASURE_SETTLE_SECONDS,
    nowMs,
    ...telemetry,
    webhookSecrets: secret(secrets, env.ELEVENLABS_WEBHOOK_SECRET_ARN, nowMs, telemetry.log),
    toleranceS: env.SIGNATURE_TOLERANCE_SECONDS,
  };
};
