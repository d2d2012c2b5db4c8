import * as z from 'zod';
import { bucketPart } from '../../aws/bucket';
import { deletionQueuePart, postCallQueuePart } from '../../aws/job-queue';
import { elevenLabsPart } from '../../elevenlabs/connection';
import { agentReadings } from '../../ledger/agent-readings';
import { agentSetups } from '../../ledger/agent-setups';
import { agents } from '../../ledger/agents';
import { conversations } from '../../ledger/conversations';
import { installationId } from '../../ledger/installation';
import { reconcileCursor } from '../../ledger/reconcile-cursor';
import { records } from '../../ledger/records';
import { ledgerPart } from '../../ledger/table';
import { voices } from '../../ledger/voices';
import type { VariablesOf } from '../../platform/env';
import { lazy } from '../../platform/lazy';
import type { Telemetry } from '../../platform/telemetry';
import type { ReconcileDeps } from '../../reconcile/deps';
import { agentSettings, agentsOfSettings } from '../../setup/agent-settings';

/** The schema of this function's environment. */
export const environment = z.object({
  ...elevenLabsPart.variables,
  ...ledgerPart.variables,
  ...bucketPart.variables,
  ...deletionQueuePart.variables,
  POSTCALL_QUEUE_URL: postCallQueuePart.variables.POSTCALL_QUEUE_URL.optional(),
  ...agentSettings.shape,
  RECONCILE_MINUTES: z.coerce.number().positive(),
  LONGEST_CALL_MINUTES: z.coerce.number().positive(),
  TRANSCRIPT_RETENTION_DAYS: z.coerce.number().positive(),
});

/** The variables that lib/ sets. */
export type Environment = VariablesOf<typeof environment>;

/** What the function needs: reconcile's dependencies, and the time between two scheduled runs in milliseconds. */
interface ReconcileFunctionDeps extends ReconcileDeps {
  readonly runsEveryMs: number;
}

/** Builds the function's dependencies. */
export const build = (env: z.infer<typeof environment>, telemetry: Telemetry): ReconcileFunctionDeps => {
  const table = ledgerPart.build(env);
  const { POSTCALL_QUEUE_URL } = env;
  return {
    elevenLabs: elevenLabsPart.build(env, telemetry),
    conversations: conversations(table),
    agents: agents(table),
    agentReadings: agentReadings(table),
    voices: voices(table),
    records: records(table, Date.now),
    setups: agentSetups(table),
    cursor: reconcileCursor(table),
    bodies: bucketPart.build(env),
    deletionJobs: deletionQueuePart.build(env),
    postCallJobs: POSTCALL_QUEUE_URL === undefined ? undefined : postCallQueuePart.build({ POSTCALL_QUEUE_URL }),
    agentIds: agentsOfSettings(env),
    runsEveryMs: env.RECONCILE_MINUTES * 60_000,
    longestCallS: env.LONGEST_CALL_MINUTES * 60,
    recordKeptS: env.TRANSCRIPT_RETENTION_DAYS * 24 * 3600,
    installationId: lazy(() => installationId(table)),
    nowMs: Date.now,
    ...telemetry,
  };
};
