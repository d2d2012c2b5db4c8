import * as z from 'zod';
import { erasureJob } from './erasure/erasure';
import { exportJob } from './export/export';

/** A message of the queue that erasures and exports share. */
export const rightsJob = z.union([erasureJob, exportJob]);

/** An erasure to be carried on with, or an export to be made. */
export type RightsJob = z.infer<typeof rightsJob>;
