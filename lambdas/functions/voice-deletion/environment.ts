import * as z from 'zod';
import { bucketPart } from '../../aws/bucket';
import { callEndQueuePart, deletionQueuePart } from '../../aws/job-queue';
import { elevenLabsPart } from '../../elevenlabs/connection';
import { agents } from '../../ledger/agents';
import { callers } from '../../ledger/callers';
import { conversations } from '../../ledger/conversations';
import { installationId } from '../../ledger/installation';
import { ledgerPart } from '../../ledger/table';
import { voices } from '../../ledger/voices';
import type { VariablesOf } from '../../platform/env';
import { elevenLabsId } from '../../platform/ids';
import { lazy } from '../../platform/lazy';
import type { ReadsQueues } from '../../platform/queue-worker';
import type { Telemetry } from '../../platform/telemetry';
import type { DeletionJob } from '../../voices/deletion-job';
import type { VoiceDeletionDeps } from '../../voices/end/deps';
import { standInVoices } from '../../voices/on-agent/fallback-voice';

/** The schema of this function's environment. */
export const environment = z.object({
  ...elevenLabsPart.variables,
  ...ledgerPart.variables,
  ...bucketPart.variables,
  ...deletionQueuePart.variables,
  ...callEndQueuePart.variables,
  SAMPLE_RETENTION_DAYS: z.coerce.number().min(0),
  LONGEST_CALL_MINUTES: z.coerce.number().positive(),
  FALLBACK_VOICE_ID: z.union([z.literal('').transform(() => undefined), elevenLabsId.optional()]),
});

/** The variables that lib/ sets. */
export type Environment = VariablesOf<typeof environment>;

/** Builds the function's dependencies. */
export const build = (
  env: z.infer<typeof environment>,
  telemetry: Telemetry,
): VoiceDeletionDeps & ReadsQueues<DeletionJob> => {
  const deletions = deletionQueuePart.build(env);
  const table = ledgerPart.build(env);
  return {
    queues: [deletions, callEndQueuePart.build(env)],
    deletionJobs: deletions,
    elevenLabs: elevenLabsPart.build(env, telemetry),
    conversations: conversations(table),
    agents: agents(table),
    voices: voices(table),
    callers: callers(table),
    standInVoiceIds: standInVoices(env.FALLBACK_VOICE_ID),
    samples: env.SAMPLE_RETENTION_DAYS > 0 ? undefined : bucketPart.build(env),
    longestCallS: env.LONGEST_CALL_MINUTES * 60,
    installationId: lazy(() => installationId(table)),
    nowMs: Date.now,
    ...telemetry,
  };
};
