import * as z from 'zod';
import { bucketPart } from '../../aws/bucket';
import { cloneQueuePart, deletionQueuePart } from '../../aws/job-queue';
import { elevenLabsPart } from '../../elevenlabs/connection';
import { agentSetups } from '../../ledger/agent-setups';
import { agents } from '../../ledger/agents';
import { callers } from '../../ledger/callers';
import { calls } from '../../ledger/calls';
import { installationId } from '../../ledger/installation';
import { pauseFlag, unknownWhilePaused } from '../../ledger/pause';
import { ledgerPart } from '../../ledger/table';
import { voices } from '../../ledger/voices';
import type { VariablesOf } from '../../platform/env';
import { lazy } from '../../platform/lazy';
import type { ReadsQueues } from '../../platform/queue-worker';
import type { Telemetry } from '../../platform/telemetry';
import { threeCxEnvironment, threeCxSettings } from '../../three-cx/settings';
import type { CloneWorkerDeps } from '../../three-cx/worker-deps';
import type { CloneJob } from '../../voices/clone-job';

/** The schema of this function's environment. */
export const environment = z.object({
  ...elevenLabsPart.variables,
  ...ledgerPart.variables,
  ...bucketPart.variables,
  ...cloneQueuePart.variables,
  ...deletionQueuePart.variables,
  ...threeCxEnvironment.shape,
  VOICE_CACHE_HOURS: z.coerce.number().positive(),
  CLAIM_LEASE_SECONDS: z.coerce.number().positive(),
  REMOVE_BACKGROUND_NOISE: z.stringbool(),
});

/** The variables that lib/ sets. */
export type Environment = VariablesOf<typeof environment>;

/** Builds the function's dependencies. */
export const build = (
  env: z.infer<typeof environment>,
  telemetry: Telemetry,
): CloneWorkerDeps & ReadsQueues<CloneJob> => {
  const table = ledgerPart.build(env);
  return {
    queues: [cloneQueuePart.build(env)],
    elevenLabs: elevenLabsPart.build(env, telemetry),
    calls: calls(table),
    callers: unknownWhilePaused(callers(table), pauseFlag(table, Date.now)),
    setups: agentSetups(table),
    agents: agents(table),
    voices: voices(table),
    samples: bucketPart.build(env),
    deletionJobs: deletionQueuePart.build(env),
    installationId: lazy(() => installationId(table)),
    settings: threeCxSettings(env),
    cloneSettings: { cacheS: env.VOICE_CACHE_HOURS * 3600, leaseMs: env.CLAIM_LEASE_SECONDS * 1000 },
    removesNoise: env.REMOVE_BACKGROUND_NOISE,
    nowMs: Date.now,
    ...telemetry,
  };
};
