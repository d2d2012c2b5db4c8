import * as z from 'zod';
import { bucketPart } from '../../aws/bucket';
import { callEventsOn } from '../../aws/call-events';
import { eventBridgeClient } from '../../aws/clients';
import { callEndQueuePart, cloneQueuePart, postCallQueuePart } from '../../aws/job-queue';
import { callerHashPart } from '../../callers/caller-hash';
import type { PostCallDeps } from '../../calls/deps';
import type { PostCallJob } from '../../calls/post-call-job';
import { elevenLabsPart } from '../../elevenlabs/connection';
import { callers } from '../../ledger/callers';
import { calls } from '../../ledger/calls';
import { conversations } from '../../ledger/conversations';
import { records } from '../../ledger/records';
import { ledgerPart } from '../../ledger/table';
import { unknownEvents } from '../../ledger/unknown-events';
import type { VariablesOf } from '../../platform/env';
import type { ReadsQueues } from '../../platform/queue-worker';
import type { Telemetry } from '../../platform/telemetry';

/** The schema of this function's environment. */
export const environment = z.object({
  ...elevenLabsPart.variables,
  ...callerHashPart.variables,
  ...ledgerPart.variables,
  ...bucketPart.variables,
  ...postCallQueuePart.variables,
  ...callEndQueuePart.variables,
  ...cloneQueuePart.variables,
  ENABLE_TRANSCRIPT_STORAGE: z.stringbool(),
  ENABLE_AUDIO_STORAGE: z.stringbool(),
  TRANSCRIPT_RETENTION_DAYS: z.coerce.number().positive(),
  RAW_EVENT_RETENTION_DAYS: z.coerce.number().positive(),
});

/** The variables that lib/ sets. */
export type Environment = VariablesOf<typeof environment>;

/** Builds the function's dependencies. */
export const build = (
  env: z.infer<typeof environment>,
  telemetry: Telemetry,
): PostCallDeps & ReadsQueues<PostCallJob> => {
  const table = ledgerPart.build(env);
  const bucket = bucketPart.build(env);
  const jobs = postCallQueuePart.build(env);
  return {
    queues: [jobs],
    elevenLabs: elevenLabsPart.build(env, telemetry),
    bodies: bucket,
    archive: bucket,
    records: records(table, Date.now),
    unknownEvents: unknownEvents(table),
    calls: calls(table),
    conversations: conversations(table),
    callers: callers(table),
    callerKeys: callerHashPart.build(env, telemetry).keysOf,
    cloneJobs: cloneQueuePart.build(env),
    endJobs: callEndQueuePart.build(env),
    jobs,
    events: callEventsOn(eventBridgeClient()),
    settings: {
      storesTranscripts: env.ENABLE_TRANSCRIPT_STORAGE,
      storesAudio: env.ENABLE_AUDIO_STORAGE,
      recordKeptS: env.TRANSCRIPT_RETENTION_DAYS * 24 * 3600,
      bodyKeptS: env.RAW_EVENT_RETENTION_DAYS * 24 * 3600,
    },
    nowMs: Date.now,
    ...telemetry,
  };
};
