import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { CloneJob } from '../domain/clone-job';
import { unavailable } from '../shared/errors';

/** SQS holds a message back for at most this many seconds. */
const maxDelayS = 900;

/** The queue of clones that calls wait for. */
export interface CloneJobs {
  /** Queues the job, to be seen by the worker after `delayS` seconds (at most 900). Throws 503. */
  enqueue(job: CloneJob, delayS: number): Promise<void>;
}

/** Clone jobs on this queue. */
export const cloneJobsOn = (sqs: SQSClient, queueUrl: string): CloneJobs => ({
  enqueue: async (job, delayS) => {
    const message = new SendMessageCommand({
      QueueUrl: queueUrl,
      MessageBody: JSON.stringify(job),
      DelaySeconds: Math.min(maxDelayS, Math.ceil(delayS)),
    });
    await sqs.send(message).catch((error: unknown) => {
      throw unavailable('The clone queue', error);
    });
  },
});
