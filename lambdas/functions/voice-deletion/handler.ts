import { queueWorker } from '../../platform/queue-worker';
import { createTelemetry } from '../../platform/telemetry';
import { deletionJob } from '../../voices/deletion-job';
import { wire } from './environment';

const telemetry = createTelemetry('voice-deletion');

/** The voice-deletion queue. */
export const handler = queueWorker({
  schema: deletionJob,
  ...telemetry,
  nowMs: Date.now,
  wire: () => wire(process.env, telemetry),
});
