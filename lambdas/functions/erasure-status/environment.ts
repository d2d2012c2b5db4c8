import * as z from 'zod';
import { downloadLinksPart } from '../../aws/download-links';
import { signaturePart } from '../../aws/sender-policies';
import type { ErasureStatusDeps } from '../../callers/erasure/read-erasure';
import type { ExportStatusDeps } from '../../callers/export/read-export';
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
  ...ledgerPart.variables,
  ...downloadLinksPart.variables,
  BACKUP_DAYS: z.coerce.number().positive(),
});

/** The variables that lib/ sets. */
export type Environment = VariablesOf<typeof environment>;

type Deps = ErasureStatusDeps & ExportStatusDeps & VerifiesSender<number>;

/** Builds the function's dependencies. */
export const build = (env: z.infer<typeof environment>, telemetry: Telemetry): Deps => {
  const table = ledgerPart.build(env);
  return {
    verifySender: bodySignature(signaturePart.build(env, telemetry)),
    erasures: erasures(table),
    exports: exportsOf(table),
    links: downloadLinksPart.build(env),
    backupDays: env.BACKUP_DAYS,
    nowMs: Date.now,
  };
};
