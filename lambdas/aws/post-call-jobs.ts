import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { PostCallJob } from '../calls/post-call-job';
import { unavailable } from '../platform/errors';

/** Most messages that SQS takes at a time. */
const maxBatch = 10;

/** The queue of what calls leave behind. */
export interface PostCallJobs {
  /** Queues all of the jobs, to be seen after `delayS` seconds (at most 900). Throws 503 when one of them was not taken. */
  enqueue(jobs: readonly PostCallJob[], delayS?: number): Promise<void>;
}

/** Post-call jobs on this queue. */
export const postCallJobsOn = (sqs: SQSClient, queueUrl: string): PostCallJobs => ({
  enqueue: async (jobs, delayS = 0) => {
    for (let from = 0; from < jobs.length; from += maxBatch) {
      const Entries = jobs
        .slice(from, from + maxBatch)
        .map((job, index) => ({ Id: String(index), MessageBody: JSON.stringify(job), DelaySeconds: delayS }));
      const { Failed = [] } = await sqs
        .send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }))
        .catch((error: unknown) => {
          throw unavailable('The post-call queue', error);
        });
      if (Failed.length > 0)
        throw unavailable('The post-call queue', new Error(`SQS did not take ${Failed.length} messages`));
    }
  },
});
