import { postCallJob } from '../../calls/post-call-job';
import { queueWorker } from '../../platform/queue-worker';
import { createTelemetry } from '../../platform/telemetry';
import { wire } from './environment';

const telemetry = createTelemetry('postcall');

/** The post-call queue. */
export const handler = queueWorker({
  schema: postCallJob,
  ...telemetry,
  nowMs: Date.now,
  wire: () => wire(process.env, telemetry),
});
