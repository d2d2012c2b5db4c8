import { eraseCaller } from '../../callers/erasure/erase-caller';
import { exportCaller } from '../../callers/export/export-caller';
import { rightsJob } from '../../callers/rights-job';
import { queueWorker } from '../../platform/queue-worker';
import { build, environment } from './environment';

/** The queue of erasures and exports: deletes, or collects, everything that is stored about a caller. */
export const handler = queueWorker(
  { service: 'erasure', jobs: rightsJob, environment, build },
  (job, deadline, { erasing, exporting }) =>
    'export_id' in job ? exportCaller(job, deadline, exporting) : eraseCaller(job, deadline, erasing),
);
