import { queueWorker } from '../../platform/queue-worker';
import { deletionJob } from '../../voices/deletion-job';
import { processJob } from '../../voices/end/process-deletion-job';
import { build, environment } from './environment';

/** Handles the voice-deletion queue: restores agents and deletes voices. */
export const handler = queueWorker({ service: 'voice-deletion', jobs: deletionJob, environment, build }, processJob);
