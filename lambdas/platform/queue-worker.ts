import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { JSONStringified } from '@aws-lambda-powertools/parser/helpers';
import { SqsRecordSchema } from '@aws-lambda-powertools/parser/schemas/sqs';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type * as z from 'zod';
import { type Deadline, workDeadline } from './deadline';
import { builtOnce } from './env';
import { firstSent, RetryLater } from './retry-later';
import { createTelemetry, type Telemetry } from './telemetry';
import { traced } from './trace';

/** A queue that a worker reads. */
export interface OwnQueue<Job> {
  /** The last part of the queue's ARN. */
  readonly name: string;
  /** Makes a message visible again after this many seconds. */
  readonly postpone: (receiptHandle: string, afterS: number) => Promise<void>;
  /** Queues a job that had to wait, with the time at which it was first sent (unix milliseconds). */
  enqueueAgain(job: Job, delayS: number, firstSentMs: number): Promise<void>;
}

/** What every queue worker needs in addition to the dependencies of its use case. */
export interface ReadsQueues<Job> {
  readonly queues: readonly [OwnQueue<Job>, ...OwnQueue<Job>[]];
}

/** What differs between queue workers. */
export interface QueueWorkerProps<Job, Env, Deps> {
  /** The function's name in logs, metrics and traces. */
  readonly service: string;
  /** The schema of the queue's jobs. */
  readonly jobs: z.ZodType<Job>;
  /** The schema of the function's environment. */
  readonly environment: z.ZodType<Env>;
  /** Builds the function's dependencies, once per instance. */
  readonly build: (env: Env, telemetry: Telemetry) => Deps & ReadsQueues<Job>;
  /** @default log, metrics and traces under the service's name */
  readonly telemetry?: Telemetry;
  /** The clock, in unix milliseconds. @default Date.now */
  readonly nowMs?: () => number;
}

/** Processes one job. Throws RetryLater if the job must wait, and any other error if it failed. */
export type ProcessJob<Job, Deps> = (job: Job, deadline: Deadline, deps: Deps) => Promise<void>;

type Worker = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;

/**
 * Creates the handler of a queue. Each message succeeds or fails independently. A job that must wait is sent again as a
 * new message. Waiting counts as failing only after a day. A failed job is retried after growing pauses and moves to
 * the dead-letter queue after its twelfth attempt.
 */
export const queueWorker = <Job, Env, Deps>(
  props: QueueWorkerProps<Job, Env, Deps>,
  processJob: ProcessJob<Job, Deps>,
): Worker => {
  const { telemetry = createTelemetry(props.service), nowMs = Date.now } = props;
  const built = builtOnce(props.environment, (env) => props.build(env, telemetry));
  const processor = new BatchProcessor(EventType.SQS);
  return async (event, context) => {
    const deadline = workDeadline(context.getRemainingTimeInMillis(), nowMs);
    const handle = async (record: SQSRecord): Promise<void> => {
      telemetry.log.begin({ request_id: context.awsRequestId });
      const attempt = async (): Promise<void> => {
        const deps = built();
        const work = (job: Job): Promise<void> => processJob(job, deadline, deps);
        await attemptJob(record, props.jobs, { work, queue: queueOf(record, deps), nowMs, ...telemetry });
      };
      await traced(telemetry, attempt);
    };
    const options = { context, processInParallel: false, throwOnFullBatchFailure: false };
    const response = await processPartialResponse(event, handle, processor, options);
    telemetry.meter.flush();
    return response;
  };
};

const queueOf = <Job>({ eventSourceARN: arn }: SQSRecord, { queues }: ReadsQueues<Job>): OwnQueue<Job> =>
  queues.find(({ name }) => arn.endsWith(`:${name}`)) ?? queues[0];

/** What an attempt at one message needs. */
interface Attempt<Job> extends Pick<Telemetry, 'log' | 'meter'> {
  readonly work: (job: Job) => Promise<void>;
  readonly queue: OwnQueue<Job>;
  readonly nowMs: () => number;
}

/**
 * Processes one message. Throws only Error objects, because the batch processor would count anything else as success.
 */
const attemptJob = async <Job>(record: SQSRecord, jobs: z.ZodType<Job>, attempt: Attempt<Job>): Promise<void> => {
  try {
    const { body } = SqsRecordSchema.extend({ body: JSONStringified(jobs) }).parse(record);
    await attempt.work(body).catch((error: unknown) => {
      if (!(error instanceof RetryLater)) throw error;
      return sendAgainLater(body, error, record, attempt);
    });
  } catch (error) {
    await postponeFailed(error, record, attempt);
    throw error instanceof Error ? error : new Error('The job failed with something that is not an Error.');
  }
};

/**
 * Maximum time that a job may wait, in milliseconds. A job that waits longer fails, because what it waits for is not
 * coming.
 */
const longestWaitMs = 24 * 3600_000;

const sentMs = ({ attributes, messageAttributes }: SQSRecord): number =>
  Number(messageAttributes[firstSent]?.stringValue ?? attributes.SentTimestamp);

const sendAgainLater = async <Job>(
  job: Job,
  reason: RetryLater,
  record: SQSRecord,
  { queue, nowMs, log, meter }: Attempt<Job>,
): Promise<void> => {
  const ageMs = noteAge(record, { nowMs, meter });
  if (ageMs > longestWaitMs) throw reason;
  const afterS = Math.ceil(reason.afterS);
  await queue.enqueueAgain(job, afterS, sentMs(record));
  log.info('job_waits', { waits_for: reason.blockedBy, after_s: afterS, age_s: Math.round(ageMs / 1000) });
  meter.count('JobsPostponed');
};

/**
 * Records a job's age since it was first sent. SQS's own metric restarts with each new message and omits messages that
 * failed three times.
 */
const noteAge = (record: SQSRecord, { nowMs, meter }: Pick<Attempt<never>, 'nowMs' | 'meter'>): number => {
  const ageMs = nowMs() - sentMs(record);
  if (ageMs >= 0) meter.durationMs('JobAge', ageMs);
  return ageMs;
};

const postponeFailed = async (
  error: unknown,
  record: SQSRecord,
  { queue, nowMs, log, meter }: Omit<Attempt<never>, 'work'>,
): Promise<void> => {
  const attempt = Number(record.attributes.ApproximateReceiveCount);
  const afterS = (failurePausesMin[Math.min(attempt, failurePausesMin.length) - 1] ?? 1) * 60;
  log.error('job_failed', error, { after_s: afterS, attempt });
  meter.count('JobsFailed');
  if (!(error instanceof RetryLater)) noteAge(record, { nowMs, meter });
  await queue.postpone(record.receiptHandle, afterS).catch((fault: unknown) => log.error('job_not_postponed', fault));
};

/** Pauses after each failure, in minutes; the last one repeats. Twelve attempts outlast an outage of several hours. */
const failurePausesMin = [1, 5, 20, 60, 120];
