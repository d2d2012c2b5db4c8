import * as z from 'zod';
import { erasureJob } from './erasure/erasure';
import { exportJob } from './export/export';
import { loggedRight } from './logged-right';

/** An erasure or a withdrawal that is repeated after the ledger was restored from a backup. */
export const repeatJob = z.object({
  repeat: loggedRight,
  /** The id of the repeated erasure: a job that runs twice begins one. */
  erasure_id: erasureJob.shape.erasure_id,
});

/** A right to be exercised again. */
export type RepeatJob = z.infer<typeof repeatJob>;

/** A message of the queue that erasures and exports share. */
export const rightsJob = z.union([repeatJob, erasureJob, exportJob]);

/** An erasure to be carried on with, an export to be made, or a right to be exercised again. */
export type RightsJob = z.infer<typeof rightsJob>;
