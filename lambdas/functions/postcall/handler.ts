import { postCallJob } from '../../calls/post-call-job';
import { processJob } from '../../calls/process-post-call-job';
import { queueWorker } from '../../platform/queue-worker';
import { build, environment } from './environment';

/** Handles the post-call queue: ends calls, and stores their records, transcripts and recordings. */
export const handler = queueWorker({ service: 'postcall', jobs: postCallJob, environment, build }, processJob);
