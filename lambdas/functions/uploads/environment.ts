import * as z from 'zod';
import { s3Client, secretsClient } from '../../aws/clients';
import { type Secret, secret } from '../../aws/secrets';
import { uploadFormsFor } from '../../aws/upload-forms';
import { parseEnv, type VariablesOf } from '../../platform/env';
import type { Log } from '../../platform/log';
import { megabyte } from '../../platform/units';
import type { UploadDeps } from '../../samples/offer-upload';

/** The schema of the variables that this function reads. */
export const environment = z.object({
  AWS_ENDPOINT_URL: z.string().optional(),
  ELEVENLABS_WEBHOOK_SECRET_ARN: z.string().min(1),
  BUCKET: z.string().min(1),
  VOICE_CLONE_MAX_SIZE_MB: z.coerce.number().positive(),
  SIGNATURE_TOLERANCE_SECONDS: z.coerce.number().positive(),
});

/** The variables of this function. */
export type Environment = VariablesOf<typeof environment>;

/** What the handler of an upload request works with. */
export interface Wired extends UploadDeps {
  readonly webhookSecrets: Secret;
  readonly toleranceS: number;
}

/** Parses the environment and makes the clients. */
export const wire = (source: NodeJS.ProcessEnv, log: Log): Wired => {
  const env = parseEnv(environment, source);
  return {
    forms: uploadFormsFor(s3Client(env.AWS_ENDPOINT_URL !== undefined), env.BUCKET),
    maxBytes: Math.floor(env.VOICE_CLONE_MAX_SIZE_MB * megabyte),
    log,
    webhookSecrets: secret(secretsClient(), env.ELEVENLABS_WEBHOOK_SECRET_ARN, Date.now, log),
    toleranceS: env.SIGNATURE_TOLERANCE_SECONDS,
  };
};
