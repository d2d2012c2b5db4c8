import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { unavailable } from '../platform/errors';
import type { CloneJob } from '../voices/clone-job';

/** SQS holds a message back for at most this many seconds. */
const maxDelayS = 900;

/** A job, to be seen by the worker after `delayS` seconds (at most 900). */
export interface DelayedJob {
  readonly job: CloneJob;
  readonly delayS: number;
}

/** The queue of clones that calls wait for. */
export interface CloneJobs {
  /** Queues the job, to be seen by the worker after `delayS` seconds (at most 900). Throws 503. */
  enqueue(job: CloneJob, delayS: number): Promise<void>;
  /** Queues up to ten jobs at once. Throws 503 unless all are queued. */
  enqueueAll(jobs: readonly DelayedJob[]): Promise<void>;
}

/** Clone jobs on this queue. */
export const cloneJobsOn = (sqs: SQSClient, queueUrl: string): CloneJobs => {
  const enqueueAll = async (jobs: readonly DelayedJob[]): Promise<void> => {
    const batch = new SendMessageBatchCommand({
      QueueUrl: queueUrl,
      Entries: jobs.map(({ job, delayS }, index) => ({
        Id: String(index),
        MessageBody: JSON.stringify(job),
        DelaySeconds: Math.min(maxDelayS, Math.ceil(delayS)),
      })),
    });
    const { Failed = [] } = await sqs.send(batch).catch((error: unknown) => {
      throw unavailable('The clone queue', error);
    });
    if (Failed.length > 0) throw unavailable('The clone queue', new Error(`${Failed.length} jobs were not taken.`));
  };
  return { enqueueAll, enqueue: (job, delayS) => enqueueAll([{ job, delayS }]) };
};
