import type { CountryCode } from 'libphonenumber-js/min';
import * as z from 'zod';
import { dynamoDbClient, s3Client, secretsClient } from '../../aws/clients';
import { enrolledSamplesIn } from '../../aws/enrolled-samples';
import { type Secret, secret } from '../../aws/secrets';
import { storedObjectsIn } from '../../aws/stored-objects';
import { uploadsIn } from '../../aws/uploads';
import { callerHashing } from '../../callers/caller-hash';
import type { EnrolmentDeps } from '../../callers/enrolment/enrol';
import type { CallerKeys } from '../../callers/enrolment/read-enrolment';
import { defaultCountry } from '../../callers/phone-number';
import { callers } from '../../ledger/callers';
import { ledgerTable } from '../../ledger/table';
import { parseEnv, type VariablesOf } from '../../platform/env';
import type { Telemetry } from '../../platform/telemetry';
import { sampleLimits, sampleVariables } from '../../samples/sample-limits';

/** The schema of the variables that this function reads. */
export const environment = z.object({
  AWS_ENDPOINT_URL: z.string().optional(),
  ELEVENLABS_WEBHOOK_SECRET_ARN: z.string().min(1),
  CALLER_HASH_KEY_SECRET_ARN: z.string().min(1),
  DEFAULT_COUNTRY: defaultCountry,
  LEDGER_TABLE: z.string().min(1),
  BUCKET: z.string().min(1),
  ENROLMENT_RETENTION_DAYS: z.coerce.number().positive(),
  SIGNATURE_TOLERANCE_SECONDS: z.coerce.number().positive(),
  ...sampleVariables,
});

/** The variables of this function. */
export type Environment = VariablesOf<typeof environment>;

/** What the handler of an enrolment works with. */
export interface Wired extends EnrolmentDeps, CallerKeys {
  readonly webhookSecrets: Secret;
  readonly toleranceS: number;
  readonly country: CountryCode | undefined;
}

/** Parses the environment and makes the clients. */
export const wire = (source: NodeJS.ProcessEnv, telemetry: Telemetry): Wired => {
  const env = parseEnv(environment, source);
  const nowMs = Date.now;
  const secrets = secretsClient();
  const s3 = s3Client(env.AWS_ENDPOINT_URL !== undefined);
  const hashKey = secret(secrets, env.CALLER_HASH_KEY_SECRET_ARN, nowMs, telemetry.log);
  return {
    callers: callers(ledgerTable(dynamoDbClient(), env.LEDGER_TABLE)),
    callerHash: callerHashing(hashKey, env.DEFAULT_COUNTRY).hash,
    country: env.DEFAULT_COUNTRY,
    uploads: uploadsIn(s3, env.BUCKET, nowMs),
    samples: enrolledSamplesIn(s3, env.BUCKET),
    objects: storedObjectsIn(s3, env.BUCKET),
    limits: sampleLimits(env),
    keptS: env.ENROLMENT_RETENTION_DAYS * 24 * 3600,
    nowMs,
    ...telemetry,
    webhookSecrets: secret(secrets, env.ELEVENLABS_WEBHOOK_SECRET_ARN, nowMs, telemetry.log),
    toleranceS: env.SIGNATURE_TOLERANCE_SECONDS,
  };
};
