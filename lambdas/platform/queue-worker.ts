import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { JSONStringified } from '@aws-lambda-powertools/parser/helpers';
import { SqsRecordSchema } from '@aws-lambda-powertools/parser/schemas/sqs';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type * as z from 'zod';
import { type Deadline, workDeadline } from './deadline';
import { RetryLater } from './retry-later';
import type { Telemetry } from './telemetry';
import { traced } from './trace';

/** What a queue's messages are worked off with. */
export interface QueueWork<T> {
  /** Works on one message. Throws RetryLater for what has to wait, anything else for what failed. */
  readonly work: (message: T, deadline: Deadline) => Promise<void>;
  /** Shows a message again after so many seconds. */
  readonly postpone: (receiptHandle: string, afterS: number) => Promise<void>;
}

/** What differs between one worker and the next. */
export interface QueueWorkerProps<T> extends Telemetry {
  readonly schema: z.ZodType<T>;
  readonly nowMs: () => number;
  readonly wire: () => QueueWork<T>;
}

/** Pauses after the first, second, … failure, in minutes: an outage of hours needs no hand (maxReceiveCount is 12). */
const pausesMin = [1, 5, 20, 60, 120];

type Worker = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;

/**
 * A worker that answers for each message by itself. One that fails stays in the queue, and comes back when what it waits for is
 * due, or after pauses that grow; after its twelfth failure the queue parks it.
 */
export const queueWorker = <T>(props: QueueWorkerProps<T>): Worker => {
  const processor = new BatchProcessor(EventType.SQS);
  let work: QueueWork<T> | undefined;
  return async (event, context) => {
    const deadline = workDeadline(context.getRemainingTimeInMillis(), props.nowMs);
    const handle = async (record: SQSRecord): Promise<void> => {
      props.log.begin({ request_id: context.awsRequestId });
      const doIt = async (): Promise<void> => {
        work ??= props.wire();
        await processJob(record, work, deadline, props);
      };
      await traced(props, doIt, (error) => !(error instanceof RetryLater));
    };
    const options = { context, processInParallel: false, throwOnFullBatchFailure: false };
    const response = await processPartialResponse(event, handle, processor, options);
    props.meter.flush();
    return response;
  };
};

/** Throws Errors only: anything else would count as done. */
const processJob = async <T>(
  record: SQSRecord,
  { work, postpone }: QueueWork<T>,
  deadline: Deadline,
  { schema, nowMs, log, meter }: QueueWorkerProps<T>,
): Promise<void> => {
  const attempt = Number(record.attributes.ApproximateReceiveCount);
  try {
    const { body } = SqsRecordSchema.extend({ body: JSONStringified(schema) }).parse(record);
    await work(body, deadline);
  } catch (error) {
    const afterS = pauseS(error, attempt);
    if (error instanceof RetryLater) log.info('job_waits', { waits_for: error.blockedBy, after_s: afterS, attempt });
    else log.error('job_failed', error, { after_s: afterS, attempt });
    meter.count(error instanceof RetryLater ? 'JobsPostponed' : 'JobsFailed');
    // SQS' own metric of age leaves out what was received three times.
    const ageMs = nowMs() - Number(record.attributes.SentTimestamp);
    if (ageMs >= 0) meter.durationMs('JobAge', ageMs);
    await postpone(record.receiptHandle, afterS).catch((fault: unknown) => log.error('job_not_postponed', fault));
    throw error instanceof Error ? error : new Error('The job failed with something that is no error.');
  }
};

/** What waits for others is not given up within minutes either: its last tries are further apart. */
const patientAttempts = 6;
const patientPauseS = 1200;

const pauseS = (error: unknown, attempt: number): number =>
  error instanceof RetryLater
    ? Math.max(Math.ceil(error.afterS) + 1, attempt > patientAttempts ? patientPauseS : 0)
    : (pausesMin[Math.min(attempt, pausesMin.length) - 1] ?? 1) * 60;
