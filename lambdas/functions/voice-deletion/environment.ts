import * as z from 'zod';
import { bucketPart } from '../../aws/bucket';
import { deletionQueuePart } from '../../aws/job-queue';
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
import type { PostponesJobs } from '../../platform/queue-worker';
import type { Telemetry } from '../../platform/telemetry';
import type { VoiceDeletionDeps } from '../../voices/end/deps';
import { standInVoices } from '../../voices/on-agent/stand-in';

/** The schema of this function's environment. */
export const environment = z.object({
  ...elevenLabsPart.variables,
  ...ledgerPart.variables,
  ...bucketPart.variables,
  ...deletionQueuePart.variables,
  SAMPLE_RETENTION_DAYS: z.coerce.number().min(0),
  FALLBACK_VOICE_ID: z.union([z.literal('').transform(() => undefined), elevenLabsId.optional()]),
});

/** The variables that lib/ sets. */
export type Environment = VariablesOf<typeof environment>;

/** Builds the function's dependencies. */
export const build = (env: z.infer<typeof environment>, telemetry: Telemetry): VoiceDeletionDeps & PostponesJobs => {
  const table = ledgerPart.build(env);
  return {
    postpone: deletionQueuePart.build(env).postpone,
    elevenLabs: elevenLabsPart.build(env, telemetry),
    conversations: conversations(table),
    agents: agents(table),
    voices: voices(table),
    callers: callers(table),
    standInVoiceIds: standInVoices(env.FALLBACK_VOICE_ID),
    samples: env.SAMPLE_RETENTION_DAYS > 0 ? undefined : bucketPart.build(env),
    installationId: lazy(() => installationId(table)),
    nowMs: Date.now,
    ...telemetry,
  };
};
