import * as z from 'zod';
import { bucketPart } from '../../aws/bucket';
import { signaturePart } from '../../aws/sender-policies';
import { callerHashPart } from '../../callers/caller-hash';
import { consentPart } from '../../callers/consent';
import type { EnrolmentDeps } from '../../callers/enrolment/enrol';
import type { CallerKeys } from '../../callers/enrolment/read-enrolment';
import { callers } from '../../ledger/callers';
import { consentsPart } from '../../ledger/consents';
import { ledgerPart } from '../../ledger/table';
import type { VariablesOf } from '../../platform/env';
import type { VerifiesSender } from '../../platform/signed-route';
import type { Telemetry } from '../../platform/telemetry';
import { bodySignature } from '../../platform/verify-sender';
import { sampleLimitsPart } from '../../samples/sample-limits';

/** The schema of this function's environment. */
export const environment = z.object({
  ...signaturePart.variables,
  ...callerHashPart.variables,
  ...ledgerPart.variables,
  ...bucketPart.variables,
  ...sampleLimitsPart.variables,
  ...consentPart.variables,
  ...consentsPart.variables,
  ENROLMENT_RETENTION_DAYS: z.coerce.number().positive(),
});

/** The variables that lib/ sets. */
export type Environment = VariablesOf<typeof environment>;

type Deps = EnrolmentDeps & CallerKeys & VerifiesSender<number>;

/** Builds the function's dependencies. */
export const build = (env: z.infer<typeof environment>, telemetry: Telemetry): Deps => {
  const hashing = callerHashPart.build(env, telemetry);
  return {
    verifySender: bodySignature(signaturePart.build(env, telemetry)),
    callers: callers(ledgerPart.build(env)),
    consents: consentsPart.build(env, ledgerPart.build(env)),
    consentTerms: consentPart.build(env),
    callerHash: hashing.hash,
    olderCallerHashes: hashing.olderHashes,
    country: env.DEFAULT_COUNTRY,
    bucket: bucketPart.build(env),
    limits: sampleLimitsPart.build(env),
    keptS: env.ENROLMENT_RETENTION_DAYS * 24 * 3600,
    nowMs: Date.now,
    ...telemetry,
  };
};
