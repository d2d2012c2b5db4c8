import * as z from 'zod';
import { bucketPart } from '../../aws/bucket';
import { secretsClient } from '../../aws/clients';
import { postCallQueuePart } from '../../aws/job-queue';
import { optionalSecret } from '../../aws/secrets';
import { signaturePart } from '../../aws/sender-policies';
import { authenticateSender, type Senders } from '../../calls/authenticate-sender';
import type { IngestDeps } from '../../calls/ingest';
import type { VariablesOf } from '../../platform/env';
import type { VerifiesSender } from '../../platform/signed-route';
import type { Telemetry } from '../../platform/telemetry';
import { signedBody } from '../../platform/verify-sender';

/** The schema of this function's environment. */
export const environment = z.object({
  ...signaturePart.variables,
  FLAT_POSTCALL_SECRET_ARN: z.string().min(1),
  ...bucketPart.variables,
  ...postCallQueuePart.variables,
});

/** The variables that lib/ sets. */
export type Environment = VariablesOf<typeof environment>;

type Deps = IngestDeps & VerifiesSender<Senders>;

/** Builds the function's dependencies. */
export const build = (env: z.infer<typeof environment>, telemetry: Telemetry): Deps => {
  const elevenLabs = signaturePart.build(env, telemetry);
  const flatSecret = optionalSecret(secretsClient(), env.FLAT_POSTCALL_SECRET_ARN, Date.now, telemetry.log);
  const policies = { elevenLabs, flat: { ...elevenLabs, secrets: flatSecret } };
  return {
    verifySender: (request) => authenticateSender(signedBody(request), policies),
    bodies: bucketPart.build(env),
    jobs: postCallQueuePart.build(env),
    nowMs: Date.now,
    ...telemetry,
  };
};
