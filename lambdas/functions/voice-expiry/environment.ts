import * as z from 'zod';
import { deletionQueuePart } from '../../aws/job-queue';
import { ledgerPart } from '../../ledger/table';
import { voices } from '../../ledger/voices';
import type { VariablesOf } from '../../platform/env';
import type { Telemetry } from '../../platform/telemetry';
import type { VoiceExpiryDeps } from '../../voices/end/expire-voice';

/** The schema of this function's environment. */
export const environment = z.object({ ...ledgerPart.variables, ...deletionQueuePart.variables });

/** The variables that lib/ sets. */
export type Environment = VariablesOf<typeof environment>;

/** Builds the function's dependencies. */
export const build = (env: z.infer<typeof environment>, { log }: Telemetry): VoiceExpiryDeps => ({
  voices: voices(ledgerPart.build(env)),
  deletionJobs: deletionQueuePart.build(env),
  nowMs: Date.now,
  log,
});
