import * as z from 'zod';
import { erasureJob } from './erasure/erasure';
import { exportJob } from './export/export';
import { loggedRight } from './logged-right';

/** A job that repeats an erasure or a withdrawal after the ledger was restored from a backup. */
export const repeatJob = z.object({
  repeat: loggedRight,
  /** The id of the repeated erasure. A job that runs twice begins only one erasure. */
  erasure_id: erasureJob.shape.erasure_id,
});

/** An erasure or a withdrawal to repeat. */
export type RepeatJob = z.infer<typeof repeatJob>;

/** A message in the queue that erasures and exports share. */
export const rightsJob = z.union([repeatJob, erasureJob, exportJob]);

/** A job that continues an erasure, makes an export, or repeats an erasure or withdrawal. */
export type RightsJob = z.infer<typeof rightsJob>;
