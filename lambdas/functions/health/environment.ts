import * as z from 'zod';
import { bucketPart } from '../../aws/bucket';
import { deletionQueuePart } from '../../aws/job-queue';
import { elevenLabsPart } from '../../elevenlabs/connection';
import { getSubscription } from '../../elevenlabs/subscription';
import { ledgerPart } from '../../ledger/table';
import type { VariablesOf } from '../../platform/env';
import type { HealthDeps } from '../../platform/health';
import type { Log } from '../../platform/log';

/** The schema of this function's environment. */
export const environment = z.object({
  ...elevenLabsPart.variables,
  ...ledgerPart.variables,
  ...bucketPart.variables,
  ...deletionQueuePart.variables,
});

/** The variables that lib/ sets. */
export type Environment = VariablesOf<typeof environment>;

/** Builds one cheap, read-only probe per dependency. */
export const build = (env: z.infer<typeof environment>, log: Log): HealthDeps => {
  const table = ledgerPart.build(env);
  const bucket = bucketPart.build(env);
  const queue = deletionQueuePart.build(env);
  const elevenLabs = elevenLabsPart.build(env, { log });
  return {
    probes: {
      database: () => table.get('INSTALLATION', z.unknown()),
      storage: () => bucket.probe(),
      queues: () => queue.probe(),
      elevenlabs: (deadline) => getSubscription(elevenLabs, deadline),
    },
    nowMs: Date.now,
    log,
  };
};
