import * as z from 'zod';
import { bucketPart } from '../../aws/bucket';
import { deletionQueuePart, erasureQueuePart } from '../../aws/job-queue';
import type { ErasureDeps } from '../../callers/erasure/deps';
import type { ErasureJob } from '../../callers/erasure/erasure';
import { elevenLabsPart } from '../../elevenlabs/connection';
import { agents } from '../../ledger/agents';
import { callers } from '../../ledger/callers';
import { calls } from '../../ledger/calls';
import { conversations } from '../../ledger/conversations';
import { erasures } from '../../ledger/erasures';
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
  ERASE_AT_ELEVENLABS: z.stringbool(),
});

/** The variables that lib/ sets. */
export type Environment = VariablesOf<typeof environment>;

/** Builds the function's dependencies. */
export const build = (
  env: z.infer<typeof environment>,
  telemetry: Telemetry,
): ErasureDeps & ReadsQueues<ErasureJob> => {
  const table = ledgerPart.build(env);
  return {
    queues: [erasureQueuePart.build(env)],
    jobs: erasureQueuePart.build(env),
    elevenLabs: env.ERASE_AT_ELEVENLABS ? elevenLabsPart.build(env, telemetry) : undefined,
    erasures: erasures(table),
    callers: callers(table),
    conversations: conversations(table),
    voices: voices(table),
    agents: agents(table),
    records: records(table, Date.now),
    calls: calls(table),
    unknownEvents: unknownEvents(table),
    objects: bucketPart.build(env),
    deletionJobs: deletionQueuePart.build(env),
    nowMs: Date.now,
    ...telemetry,
  };
};
