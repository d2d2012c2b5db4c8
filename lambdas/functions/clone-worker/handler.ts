import { queueWorker } from '../../platform/queue-worker';
import { processJob } from '../../three-cx/process-clone-job';
import { cloneJob } from '../../voices/clone-job';
import { build, environment } from './environment';

/** Handles the clone queue: clones callers' voices, places 3CX calls, and checks agents. */
export const handler = queueWorker({ service: 'clone-worker', jobs: cloneJob, environment, build }, processJob);
