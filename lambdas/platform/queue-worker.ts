import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { JSONStringified } from '@aws-lambda-powertools/parser/helpers';
import { SqsRecordSchema } from '@aws-lambda-powertools/parser/schemas/sqs';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type * as z from 'zod';
import { type Deadline, workDeadline } from './deadline';
import { builtOnce } from './env';
import { RetryLater } from './retry-later';
import { createTelemetry, type Telemetry } from './telemetry';
import { traced } from './trace';

/** What every queue worker is built with, beside what its use case needs. */
export interface PostponesJobs {
  /** Shows a message of the worker's queue again after this many seconds. */
  readonly postpone: (receiptHandle: string, afterS: number) => Promise<void>;
}

/** What differs between one worker and the next. */
export interface QueueWorkerProps<Job, Env, Deps> {
  /** The function's name in logs, metrics and traces. */
  readonly service: string;
  /** The schema of the queue's jobs. */
  readonly jobs: z.ZodType<Job>;
  /** The schema of the function's environment. */
  readonly environment: z.ZodType<Env>;
  /** Builds the function's dependencies, once per instance. */
  readonly build: (env: Env, telemetry: Telemetry) => Deps & PostponesJobs;
  /** @default log, metrics and traces under the service's name */
  readonly telemetry?: Telemetry;
  /** The clock, in unix milliseconds. @default Date.now */
  readonly nowMs?: () => number;
}

/** Does one job. Throws RetryLater for a job that must wait, and any other error for one that failed. */
export type ProcessJob<Job, Deps> = (job: Job, deadline: Deadline, deps: Deps) => Promise<void>;

type Worker = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;

/**
 * The handler of a queue. Each message succeeds or fails by itself. One that must wait stays in the queue until the
 * wait is over; one that failed, whatever the error, is retried after growing pauses, and is moved to the dead-letter
 * queue after its twelfth attempt.
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
        await attemptJob(record, props.jobs, { work, postpone: deps.postpone, nowMs, ...telemetry });
      };
      await traced(telemetry, attempt, (error) => !(error instanceof RetryLater));
    };
    const options = { context, processInParallel: false, throwOnFullBatchFailure: false };
    const response = await processPartialResponse(event, handle, processor, options);
    telemetry.meter.flush();
    return response;
  };
};

interface Attempt<Job> extends Pick<Telemetry, 'log' | 'meter'>, PostponesJobs {
  readonly work: (job: Job) => Promise<void>;
  readonly nowMs: () => number;
}

/** Throws Errors only: the batch processor would count anything else as success. */
const attemptJob = async <Job>(
  record: SQSRecord,
  jobs: z.ZodType<Job>,
  { work, postpone, nowMs, log, meter }: Attempt<Job>,
): Promise<void> => {
  const attempt = Number(record.attributes.ApproximateReceiveCount);
  try {
    const { body } = SqsRecordSchema.extend({ body: JSONStringified(jobs) }).parse(record);
    await work(body);
  } catch (error) {
    const afterS = pauseS(error, attempt);
    if (error instanceof RetryLater) log.info('job_waits', { waits_for: error.blockedBy, after_s: afterS, attempt });
    else log.error('job_failed', error, { after_s: afterS, attempt });
    meter.count(error instanceof RetryLater ? 'JobsPostponed' : 'JobsFailed');
    // The age that SQS measures leaves out messages that were received more than three times.
    const ageMs = nowMs() - Number(record.attributes.SentTimestamp);
    if (ageMs >= 0) meter.durationMs('JobAge', ageMs);
    await postpone(record.receiptHandle, afterS).catch((fault: unknown) => log.error('job_not_postponed', fault));
    throw error instanceof Error ? error : new Error('The job failed with something that is not an Error.');
  }
};

/** Pauses after the first, second, … failure, in minutes. Twelve attempts last through an outage of hours. */
const failurePausesMin = [1, 5, 20, 60, 120];

/** After this many attempts a job that must wait is retried at least this many seconds later. */
const frequentAttempts = 6;
const longPauseS = 1200;

const pauseS = (error: unknown, attempt: number): number =>
  error instanceof RetryLater
    ? Math.max(Math.ceil(error.afterS) + 1, attempt > frequentAttempts ? longPauseS : 0)
    : (failurePausesMin[Math.min(attempt, failurePausesMin.length) - 1] ?? 1) * 60;
