import * as z from 'zod';
import { exportQueuePart } from '../../aws/job-queue';
import { signaturePart } from '../../aws/sender-policies';
import { callerHashPart } from '../../callers/caller-hash';
import type { ExportRequestDeps } from '../../callers/export/request-export';
import { erasures } from '../../ledger/erasures';
import { exportsOf } from '../../ledger/exports';
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
  ...exportQueuePart.variables,
});

/** The variables that lib/ sets. */
export type Environment = VariablesOf<typeof environment>;

/** Builds the function's dependencies. */
export const build = (
  env: z.infer<typeof environment>,
  telemetry: Telemetry,
): ExportRequestDeps & VerifiesSender<number> => {
  const table = ledgerPart.build(env);
  return {
    verifySender: bodySignature(signaturePart.build(env, telemetry)),
    exports: exportsOf(table),
    erasures: erasures(table),
    jobs: exportQueuePart.build(env),
    callerHashes: callerHashPart.build(env, telemetry).hashes,
    country: env.DEFAULT_COUNTRY,
    nowMs: Date.now,
    ...telemetry,
  };
};
