import * as z from 'zod';
import { signaturePart } from '../../aws/sender-policies';
import { type Erasures, erasures } from '../../ledger/erasures';
import { ledgerPart } from '../../ledger/table';
import type { VariablesOf } from '../../platform/env';
import type { VerifiesSender } from '../../platform/signed-route';
import type { Telemetry } from '../../platform/telemetry';
import { bodySignature } from '../../platform/verify-sender';

/** The schema of this function's environment. */
export const environment = z.object({ ...signaturePart.variables, ...ledgerPart.variables });

/** The variables that lib/ sets. */
export type Environment = VariablesOf<typeof environment>;

interface Deps extends VerifiesSender<number> {
  readonly erasures: Erasures;
  readonly nowMs: () => number;
}

/** Builds the function's dependencies. */
export const build = (env: z.infer<typeof environment>, telemetry: Telemetry): Deps => ({
  verifySender: bodySignature(signaturePart.build(env, telemetry)),
  erasures: erasures(ledgerPart.build(env)),
  nowMs: Date.now,
});
