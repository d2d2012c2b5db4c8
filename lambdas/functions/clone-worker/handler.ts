import { queueWorker } from '../../platform/queue-worker';
import { createTelemetry } from '../../platform/telemetry';
import { cloneJob } from '../../voices/clone-job';
import { wire } from './environment';

const telemetry = createTelemetry('clone-worker');

/** The clone queue. */
export const handler = queueWorker({
  schema: cloneJob,
  ...telemetry,
  nowMs: Date.now,
  wire: () => wire(process.env, telemetry),
});
