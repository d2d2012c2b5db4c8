import { eraseCaller } from '../../callers/erasure/erase-caller';
import { exportCaller } from '../../callers/export/export-caller';
import { repeatRight } from '../../callers/repeat-right';
import { rightsJob } from '../../callers/rights-job';
import { queueWorker } from '../../platform/queue-worker';
import { build, environment } from './environment';

/** Handles the queue of erasures and exports: deletes or collects everything stored about a caller. */
export const handler = queueWorker(
  { service: 'erasure', jobs: rightsJob, environment, build },
  (job, deadline, { erasing, exporting, repeating }) => {
    if ('export_id' in job) return exportCaller(job, deadline, exporting);
    return 'repeat' in job ? repeatRight(job, repeating) : eraseCaller(job, deadline, erasing);
  },
);
