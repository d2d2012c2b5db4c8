import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { unavailable } from '../platform/errors';
import type { DeletionJob } from '../voices/deletion-job';

/** SQS holds a message back for at most this many seconds. */
const maxDelayS = 900;

/** The queue of voices to delete. */
export interface DeletionJobs {
  /** Queues the job, to be seen by the worker after `delayS` seconds (at most 900). Throws 503. */
  enqueue(job: DeletionJob, delayS: number): Promise<void>;
}

/** Deletion jobs on this queue. */
export const deletionJobsOn = (sqs: SQSClient, queueUrl: string): DeletionJobs => ({
  enqueue: async (job, delayS) => {
    const message = new SendMessageCommand({
      QueueUrl: queueUrl,
      MessageBody: JSON.stringify(job),
      DelaySeconds: Math.min(maxDelayS, Math.ceil(delayS)),
    });
    await sqs.send(message).catch((error: unknown) => {
      throw unavailable('The voice-deletion queue', error);
    });
  },
});
