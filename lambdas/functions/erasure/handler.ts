import { eraseCaller } from '../../callers/erasure/erase-caller';
import { erasureJob } from '../../callers/erasure/erasure';
import { queueWorker } from '../../platform/queue-worker';
import { build, environment } from './environment';

/** The erasure queue: finds and deletes everything that is stored about a caller. */
export const handler = queueWorker({ service: 'erasure', jobs: erasureJob, environment, build }, eraseCaller);
