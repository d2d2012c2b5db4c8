import {
  ChangeMessageVisibilityCommand,
  GetQueueAttributesCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import * as z from 'zod';
import type { ErasureJob } from '../callers/erasure/erasure';
import type { ExportJob } from '../callers/export/export';
import { type RightsJob, rightsJob } from '../callers/rights-job';
import { type PostCallJob, postCallJob } from '../calls/post-call-job';
import { unavailable } from '../platform/errors';
import { firstSent } from '../platform/retry-later';
import { type CloneJob, cloneJob } from '../voices/clone-job';
import { type DeletionJob, deletionJob } from '../voices/deletion-job';
import { sqsClient } from './clients';

/** A job that the worker receives after `delayS` seconds. */
export interface DelayedJob<Job> {
  readonly job: Job;
  /** Delay in seconds. Values above 900, SQS's limit, count as 900. */
  readonly delayS: number;
}

/** A queue of jobs of one kind. All methods throw AwsUnavailable when SQS fails or does not answer. */
export interface JobQueue<Job> {
  /** The last part of the queue's URL and ARN. */
  readonly name: string;
  /** Queues a job that the worker receives after `delayS` seconds. Values above 900, SQS's limit, count as 900. */
  enqueue(job: Job, delayS: number): Promise<void>;
  /** Queues jobs in batches of ten. Throws unless SQS accepted all of them. */
  enqueueAll(jobs: readonly DelayedJob<Job>[]): Promise<void>;
  /** Queues a job that had to wait, with the time at which it was first sent (unix milliseconds). */
  enqueueAgain(job: Job, delayS: number, firstSentMs: number): Promise<void>;
  /** Makes a received message visible again after this many seconds, at most 11 hours. */
  postpone(receiptHandle: string, afterS: number): Promise<void>;
  /** Checks that the queue responds. */
  probe(): Promise<void>;
}

const maxDelayS = 900;
const maxBatch = 10;

/** Maximum time to hide a message, in seconds. SQS allows twelve hours from receipt, part of which has passed. */
const maxHiddenS = 11 * 3600;

/**
 * Creates a client for the queue with this URL. Checks jobs against `schema` before sending, as the worker does on
 * receipt.
 */
export const jobQueue = <Job>(sqs: SQSClient, queueUrl: string, schema: z.ZodType<unknown, Job>): JobQueue<Job> => {
  const failed = unavailable('SQS', 'queue a job');
  const messageOf = (job: Job, delayS: number) => ({
    MessageBody: JSON.stringify(schema.parse(job)),
    DelaySeconds: Math.max(0, Math.min(maxDelayS, Math.ceil(delayS))),
  });
  return {
    name: queueUrl.split('/').at(-1) ?? '',
    enqueueAgain: async (job, delayS, firstSentMs) => {
      const MessageAttributes = { [firstSent]: { DataType: 'Number', StringValue: String(firstSentMs) } };
      const command = new SendMessageCommand({ QueueUrl: queueUrl, ...messageOf(job, delayS), MessageAttributes });
      await sqs.send(command).catch(failed);
    },
    enqueue: async (job, delayS) => {
      await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, ...messageOf(job, delayS) })).catch(failed);
    },
    enqueueAll: async (jobs) => {
      for (let from = 0; from < jobs.length; from += maxBatch) {
        const batch = jobs.slice(from, from + maxBatch);
        const Entries = batch.map(({ job, delayS }, index) => ({ Id: String(index), ...messageOf(job, delayS) }));
        const command = new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries });
        const { Failed = [] } = await sqs.send(command).catch(failed);
        if (Failed.length > 0) failed(new Error(`SQS did not accept ${Failed.length} of ${batch.length} jobs.`));
      }
    },
    postpone: async (ReceiptHandle, afterS) => {
      const VisibilityTimeout = Math.max(0, Math.min(maxHiddenS, Math.ceil(afterS)));
      const change = { QueueUrl: queueUrl, ReceiptHandle, VisibilityTimeout };
      await sqs.send(new ChangeMessageVisibilityCommand(change)).catch(unavailable('SQS', 'postpone a job'));
    },
    probe: async () => {
      const query = new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['QueueArn'] });
      await sqs.send(query).catch(unavailable('SQS', 'find a queue'));
    },
  };
};

/** The queue of voices to delete and agents to restore. */
export type DeletionJobs = Pick<JobQueue<DeletionJob>, 'enqueue'>;
/** The queue of clones that calls wait for. */
export type CloneJobs = Pick<JobQueue<CloneJob>, 'enqueue' | 'enqueueAll'>;
/** The queue of post-call events and recordings. */
export type PostCallJobs = Pick<JobQueue<PostCallJob>, 'enqueue' | 'enqueueAll'>;
/** The queue of erasures. */
export type ErasureJobs = Pick<JobQueue<ErasureJob>, 'enqueue'>;
/** The queue of exports, which is the same as the erasure queue. */
export type ExportJobs = Pick<JobQueue<ExportJob>, 'enqueue'>;

/** The part of a function's environment that gives it the voice-deletion queue. */
export const deletionQueuePart = {
  variables: { VOICE_DELETION_QUEUE_URL: z.url() },
  build: (env: { readonly VOICE_DELETION_QUEUE_URL: string }): JobQueue<DeletionJob> =>
    jobQueue(sqsClient(), env.VOICE_DELETION_QUEUE_URL, deletionJob),
};

/** The part of a function's environment that gives it the queue of ended calls, which no other work delays. */
export const callEndQueuePart = {
  variables: { CALL_END_QUEUE_URL: z.url() },
  build: (env: { readonly CALL_END_QUEUE_URL: string }): JobQueue<DeletionJob> =>
    jobQueue(sqsClient(), env.CALL_END_QUEUE_URL, deletionJob),
};

/** The part of a function's environment that gives it the clone queue. */
export const cloneQueuePart = {
  variables: { CLONE_QUEUE_URL: z.url() },
  build: (env: { readonly CLONE_QUEUE_URL: string }, sqs = sqsClient()): JobQueue<CloneJob> =>
    jobQueue(sqs, env.CLONE_QUEUE_URL, cloneJob),
};

/** The part of a function's environment that gives it the post-call queue. */
export const postCallQueuePart = {
  variables: { POSTCALL_QUEUE_URL: z.url() },
  build: (env: { readonly POSTCALL_QUEUE_URL: string }): JobQueue<PostCallJob> =>
    jobQueue(sqsClient(), env.POSTCALL_QUEUE_URL, postCallJob),
};

/** The part of a function's environment that gives it the queue of erasures and exports. */
export const erasureQueuePart = {
  variables: { ERASURE_QUEUE_URL: z.url() },
  build: (env: { readonly ERASURE_QUEUE_URL: string }): JobQueue<RightsJob> =>
    jobQueue(sqsClient(), env.ERASURE_QUEUE_URL, rightsJob),
};
