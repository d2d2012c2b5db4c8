import { erasureJob } from '../../callers/erasure/erasure';
import { queueWorker } from '../../platform/queue-worker';
import { createTelemetry } from '../../platform/telemetry';
import { wire } from './environment';

const telemetry = createTelemetry('erasure');

/** The erasure queue. */
export const handler = queueWorker({
  schema: erasureJob,
  ...telemetry,
  nowMs: Date.now,
  wire: () => wire(process.env, telemetry),
});
