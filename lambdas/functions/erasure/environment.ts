import * as z from 'zod';
import { bucketPart } from '../../aws/bucket';
import { deletionQueuePart, erasureQueuePart } from '../../aws/job-queue';
import type { ErasureDeps } from '../../callers/erasure/deps';
import type { ExportDeps } from '../../callers/export/deps';
import type { RepeatDeps } from '../../callers/repeat-right';
import type { RightsJob } from '../../callers/rights-job';
import { elevenLabsPart } from '../../elevenlabs/connection';
import { agents } from '../../ledger/agents';
import { callers } from '../../ledger/callers';
import { calls } from '../../ledger/calls';
import { consentsPart } from '../../ledger/consents';
import { conversations } from '../../ledger/conversations';
import { erasures } from '../../ledger/erasures';
import { exportsOf } from '../../ledger/exports';
import { heldItems } from '../../ledger/held-items';
import { records } from '../../ledger/records';
import { ledgerPart } from '../../ledger/table';
import { unknownEvents } from '../../ledger/unknown-events';
import { voices } from '../../ledger/voices';
import type { VariablesOf } from '../../platform/env';
import type { ReadsQueues } from '../../platform/queue-worker';
import type { Telemetry } from '../../platform/telemetry';

/** The schema of this function's environment. */
export const environment = z.object({
  ...ledgerPart.variables,
  ...bucketPart.variables,
  ...erasureQueuePart.variables,
  ...deletionQueuePart.variables,
  ...elevenLabsPart.variables,
  ...consentsPart.variables,
  ERASE_AT_ELEVENLABS: z.stringbool(),
  LONGEST_CALL_MINUTES: z.coerce.number().positive(),
});

/** The variables that lib/ sets. */
export type Environment = VariablesOf<typeof environment>;

/** The dependencies of the worker's kinds of jobs. */
interface Deps extends ReadsQueues<RightsJob> {
  readonly erasing: ErasureDeps;
  readonly exporting: ExportDeps;
  readonly repeating: RepeatDeps;
}

/** Builds the function's dependencies. */
export const build = (env: z.infer<typeof environment>, telemetry: Telemetry): Deps => {
  const table = ledgerPart.build(env);
  const bucket = bucketPart.build(env);
  const queue = erasureQueuePart.build(env);
  const elevenLabs = elevenLabsPart.build(env, telemetry);
  const shared = {
    callers: callers(table),
    conversations: conversations(table),
    voices: voices(table),
    records: records(table, Date.now),
    calls: calls(table),
    exports: exportsOf(table),
    unknownEvents: unknownEvents(table),
    items: heldItems(table),
    erasures: erasures(table),
    jobs: queue,
    deletionJobs: deletionQueuePart.build(env),
    objects: bucket,
    nowMs: Date.now,
    ...telemetry,
  };
  return {
    queues: [queue],
    erasing: {
      ...shared,
      elevenLabs: env.ERASE_AT_ELEVENLABS ? elevenLabs : undefined,
      agents: agents(table),
      longestCallS: env.LONGEST_CALL_MINUTES * 60,
    },
    exporting: { ...shared, archives: bucket, elevenLabs },
    // All work that was in progress before a restore has ended.
    repeating: {
      ...shared,
      consents: consentsPart.build(env, table),
      keptS: env.CONSENT_EVIDENCE_DAYS * 24 * 3600,
      settleS: 0,
    },
  };
};
