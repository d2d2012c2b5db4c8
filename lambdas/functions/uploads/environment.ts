import * as z from 'zod';
import { signaturePart } from '../../aws/sender-policies';
import { uploadFormsPart } from '../../aws/upload-forms';
import { consentPart } from '../../callers/consent';
import type { VariablesOf } from '../../platform/env';
import type { VerifiesSender } from '../../platform/signed-route';
import type { Telemetry } from '../../platform/telemetry';
import { bodySignature } from '../../platform/verify-sender';
import type { OfferDeps } from '../../samples/offer-upload';
import { sampleSizePart } from '../../samples/sample-limits';

/** The schema of this function's environment. */
export const environment = z.object({
  ...signaturePart.variables,
  ...uploadFormsPart.variables,
  ...sampleSizePart.variables,
  ...consentPart.variables,
});

/** The variables that lib/ sets. */
export type Environment = VariablesOf<typeof environment>;

type Deps = OfferDeps & VerifiesSender<number>;

/** Builds the function's dependencies. */
export const build = (env: z.infer<typeof environment>, telemetry: Telemetry): Deps => ({
  verifySender: bodySignature(signaturePart.build(env, telemetry)),
  forms: uploadFormsPart.build(env),
  maxBytes: sampleSizePart.build(env),
  consentTerms: consentPart.build(env),
  ...telemetry,
});
