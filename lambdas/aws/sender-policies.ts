import * as z from 'zod';
import type { Log } from '../platform/log';
import type { SenderPolicy } from '../platform/verify-sender';
import { secretsClient } from './clients';
import { secret } from './secrets';

const tolerance = { SIGNATURE_TOLERANCE_SECONDS: z.coerce.number().positive() };
const variables = { ...tolerance, ELEVENLABS_WEBHOOK_SECRET_ARN: z.string().min(1) };
const threeCxVariables = { ...tolerance, THREECX_WEBHOOK_SECRET_ARN: z.string().min(1) };

/** Adds the policy for requests that are signed with the webhook secret to a function's environment. */
export const signaturePart = {
  variables,
  build: (env: z.infer<z.ZodObject<typeof variables>>, { log }: { readonly log: Log }): SenderPolicy => ({
    secrets: secret(secretsClient(), env.ELEVENLABS_WEBHOOK_SECRET_ARN, Date.now, log),
    toleranceS: env.SIGNATURE_TOLERANCE_SECONDS,
  }),
};

/** Adds the policy for 3CX events to a function's environment. */
export const threeCxSignaturePart = {
  variables: threeCxVariables,
  build: (env: z.infer<z.ZodObject<typeof threeCxVariables>>, { log }: { readonly log: Log }): SenderPolicy => ({
    secrets: secret(secretsClient(), env.THREECX_WEBHOOK_SECRET_ARN, Date.now, log),
    toleranceS: env.SIGNATURE_TOLERANCE_SECONDS,
    headerName: 'X-Signature',
  }),
};
