import * as z from 'zod';
import { bucketPart } from '../../aws/bucket';
import { exportQueuePart } from '../../aws/job-queue';
import type { ExportDeps } from '../../callers/export/deps';
import type { ExportJob } from '../../callers/export/export';
import { elevenLabsPart } from '../../elevenlabs/connection';
import { callers } from '../../ledger/callers';
import { calls } from '../../ledger/calls';
import { conversations } from '../../ledger/conversations';
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
  ...exportQueuePart.variables,
  ...elevenLabsPart.variables,
});

/** The variables that lib/ sets. */
export type Environment = VariablesOf<typeof environment>;

/** Builds the function's dependencies. */
export const build = (env: z.infer<typeof environment>, telemetry: Telemetry): ExportDeps & ReadsQueues<ExportJob> => {
  const table = ledgerPart.build(env);
  const bucket = bucketPart.build(env);
  return {
    queues: [exportQueuePart.build(env)],
    exports: exportsOf(table),
    callers: callers(table),
    conversations: conversations(table),
    voices: voices(table),
    records: records(table, Date.now),
    calls: calls(table),
    unknownEvents: unknownEvents(table),
    items: heldItems(table),
    objects: bucket,
    archives: bucket,
    elevenLabs: elevenLabsPart.build(env, telemetry),
    nowMs: Date.now,
    ...telemetry,
  };
};
