import * as z from 'zod';
import { bucketPart } from '../../aws/bucket';
import { erasureQueuePart } from '../../aws/job-queue';
import { signaturePart } from '../../aws/sender-policies';
import { callerHashPart } from '../../callers/caller-hash';
import type { ErasureRequestDeps } from '../../callers/erasure/request-erasure';
import type { ExportRequestDeps } from '../../callers/export/request-export';
import { callers } from '../../ledger/callers';
import { conversations } from '../../ledger/conversations';
import { erasures } from '../../ledger/erasures';
import { exportsOf } from '../../ledger/exports';
import { records } from '../../ledger/records';
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
  ...erasureQueuePart.variables,
  ...bucketPart.variables,
  ERASURE_SETTLE_SECONDS: z.coerce.number().positive(),
});

/** The variables that lib/ sets. */
export type Environment = VariablesOf<typeof environment>;

type Deps = ErasureRequestDeps & ExportRequestDeps & VerifiesSender<number>;

/** Builds the function's dependencies. */
export const build = (env: z.infer<typeof environment>, telemetry: Telemetry): Deps => {
  const table = ledgerPart.build(env);
  return {
    verifySender: bodySignature(signaturePart.build(env, telemetry)),
    callers: callers(table),
    conversations: conversations(table),
    records: records(table, Date.now),
    erasures: erasures(table),
    exports: exportsOf(table),
    jobs: erasureQueuePart.build(env),
    objects: bucketPart.build(env),
    callerHashes: callerHashPart.build(env, telemetry).hashes,
    country: env.DEFAULT_COUNTRY,
    settleS: env.ERASURE_SETTLE_SECONDS,
    nowMs: Date.now,
    ...telemetry,
  };
};
