import { postCallJob } from '../../calls/post-call-job';
import { processJob } from '../../calls/process-post-call-job';
import { queueWorker } from '../../platform/queue-worker';
import { build, environment } from './environment';

/** The post-call queue: ends calls, and keeps their records, transcripts and recordings. */
export const handler = queueWorker({ service: 'postcall', jobs: postCallJob, environment, build }, processJob);
