import * as z from 'zod';
import type { Log } from '../platform/log';
import type { SenderPolicy } from '../platform/verify-sender';
import { secretsClient } from './clients';
import { secret } from './secrets';

const tolerance = { SIGNATURE_TOLERANCE_SECONDS: z.coerce.number().positive() };
const variables = { ...tolerance, ELEVENLABS_WEBHOOK_SECRET_ARN: z.string().min(1) };
const threeCxVariables = { ...tolerance, THREECX_WEBHOOK_SECRET_ARN: z.string().min(1) };

/** The part of a function's environment that gives it the policy for what the webhook secret signs. */
export const signaturePart = {
  variables,
  build: (env: z.infer<z.ZodObject<typeof variables>>, { log }: { readonly log: Log }): SenderPolicy => ({
    secrets: secret(secretsClient(), env.ELEVENLABS_WEBHOOK_SECRET_ARN, Date.now, log),
    toleranceS: env.SIGNATURE_TOLERANCE_SECONDS,
  }),
};

/** The part of a function's environment that gives it the policy for 3CX events. */
export const threeCxSignaturePart = {
  variables: threeCxVariables,
  build: (env: z.infer<z.ZodObject<typeof threeCxVariables>>, { log }: { readonly log: Log }): SenderPolicy => ({
    secrets: secret(secretsClient(), env.THREECX_WEBHOOK_SECRET_ARN, Date.now, log),
    toleranceS: env.SIGNATURE_TOLERANCE_SECONDS,
    headerName: 'X-Signature',
  }),
};
