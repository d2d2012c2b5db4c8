import * as z from 'zod';
import { s3Client, secretsClient, sqsClient } from '../../aws/clients';
import { postCallBodiesIn } from '../../aws/post-call-bodies';
import { postCallJobsOn } from '../../aws/post-call-jobs';
import { optionalSecret, secret } from '../../aws/secrets';
import type { SenderSecrets } from '../../calls/authenticate-sender';
import type { TakeInDeps } from '../../calls/ingest';
import { parseEnv, type VariablesOf } from '../../platform/env';
import type { Telemetry } from '../../platform/telemetry';

/** The schema of the variables that this function reads. */
export const environment = z.object({
  AWS_ENDPOINT_URL: z.string().optional(),
  ELEVENLABS_WEBHOOK_SECRET_ARN: z.string().min(1),
  FLAT_POSTCALL_SECRET_ARN: z.string().min(1),
  BUCKET: z.string().min(1),
  POSTCALL_QUEUE_URL: z.url(),
  SIGNATURE_TOLERANCE_SECONDS: z.coerce.number().positive(),
});

/** The variables of this function. */
export type Environment = VariablesOf<typeof environment>;

/** What the handler works with. */
export interface Wired extends TakeInDeps {
  readonly secrets: SenderSecrets;
  readonly toleranceS: number;
}

/** Parses the environment and makes the clients. */
export const wire = (source: NodeJS.ProcessEnv, telemetry: Telemetry): Wired => {
  const env = parseEnv(environment, source);
  const secrets = secretsClient();
  return {
    bodies: postCallBodiesIn(s3Client(env.AWS_ENDPOINT_URL !== undefined), env.BUCKET),
    jobs: postCallJobsOn(sqsClient(), env.POSTCALL_QUEUE_URL),
    nowMs: Date.now,
    ...telemetry,
    secrets: {
      elevenLabs: secret(secrets, env.ELEVENLABS_WEBHOOK_SECRET_ARN, Date.now, telemetry.log),
      flat: optionalSecret(secrets, env.FLAT_POSTCALL_SECRET_ARN, Date.now, telemetry.log),
    },
    toleranceS: env.SIGNATURE_TOLERANCE_SECONDS,
  };
};
