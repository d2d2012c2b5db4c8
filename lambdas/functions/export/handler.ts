import { exportJob } from '../../callers/export/export';
import { exportCaller } from '../../callers/export/export-caller';
import { queueWorker } from '../../platform/queue-worker';
import { build, environment } from './environment';

/** The export queue: makes an archive of everything that is held of a caller. */
export const handler = queueWorker({ service: 'export', jobs: exportJob, environment, build }, exportCaller);
