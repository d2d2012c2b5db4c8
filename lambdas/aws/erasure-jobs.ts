import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { ErasureJob } from '../callers/erasure/erasure';
import { unavailable } from '../platform/errors';

/** The queue of erasures. */
export interface ErasureJobs {
  /** Queues the job, to be seen by the worker after `delayS` seconds (at most 900). Throws 503. */
  enqueue(job: ErasureJob, delayS: number): Promise<void>;
}

/** Erasure jobs on this queue. */
export const erasureJobsOn = (sqs: SQSClient, queueUrl: string): ErasureJobs => ({
  enqueue: async (job, DelaySeconds) => {
    const message = new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(job), DelaySeconds });
    await sqs.send(message).catch((error: unknown) => {
      throw unavailable('The erasure queue', error);
    });
  },
});
