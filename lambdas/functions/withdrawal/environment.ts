import * as z from 'zod';
import { bucketPart } from '../../aws/bucket';
import { deletionQueuePart } from '../../aws/job-queue';
import { signaturePart } from '../../aws/sender-policies';
import { callerHashPart } from '../../callers/caller-hash';
import type { WithdrawalDeps } from '../../callers/withdrawal/withdraw-consent';
import { callers } from '../../ledger/callers';
import { consentsPart } from '../../ledger/consents';
import { ledgerPart } from '../../ledger/table';
import type { VariablesOf } from '../../platform/env';
import type { VerifiesSender } from '../../platform/signed-route';
import type { Telemetry } from '../../platform/telemetry';
import { bodySignature } from '../../platform/verify-sender';

/** The schema of this function's environment. */
export const environment = z.object({
  ...signaturePart.variables,
  ...callerHashPart.variables,
  ...ledgerPart.variables,
  ...bucketPart.variables,
  ...deletionQueuePart.variables,
  ...consentsPart.variables,
});

/** The variables that lib/ sets. */
export type Environment = VariablesOf<typeof environment>;

type Deps = WithdrawalDeps & VerifiesSender<number>;

/** Builds the function's dependencies. */
export const build = (env: z.infer<typeof environment>, telemetry: Telemetry): Deps => {
  const table = ledgerPart.build(env);
  return {
    verifySender: bodySignature(signaturePart.build(env, telemetry)),
    callers: callers(table),
    consents: consentsPart.build(env, table),
    objects: bucketPart.build(env),
    deletionJobs: deletionQueuePart.build(env),
    callerHashes: callerHashPart.build(env, telemetry).hashes,
    country: env.DEFAULT_COUNTRY,
    keptS: env.CONSENT_EVIDENCE_DAYS * 24 * 3600,
    nowMs: Date.now,
    ...telemetry,
  };
};
