import { randomUUID } from 'node:crypto';
import { functionArn } from '../lambda/function-environment';
import type { Functions } from '../lambda/functions';
import type { StreamSource } from '../stack/deployed-stack';
import { failedItems } from './batch-item-failures';
import { compileFilters } from './event-filter';
import { pause } from './pause';
import type { StreamRecord } from './stream-record';

/** Why records were given up, and after how many attempts. */
export interface GivenUp {
  readonly condition: 'RetryAttemptsExhausted' | 'RecordAgeExceeded';
  readonly attempts: number;
  readonly requestId: string | undefined;
}

const arrivalOf = (record: StreamRecord | undefined): string =>
  new Date((record?.dynamodb.ApproximateCreationDateTime ?? 0) * 1000).toISOString().replace('.000Z', 'Z');

/**
 * Builds the notice that Lambda sends to the failure destination about records that it gives up. It contains their
 * position in the stream, not their content. https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
 */
export const failureNotice = (
  source: StreamSource,
  region: string,
  records: readonly StreamRecord[],
  { condition, attempts, requestId }: GivenUp,
): object => ({
  requestContext: {
    requestId: requestId ?? randomUUID(),
    functionArn: functionArn(source.functionId, region),
    condition,
    approximateInvokeCount: attempts,
  },
  responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
  version: '1.0',
  timestamp: new Date().toISOString(),
  DDBStreamBatchInfo: {
    shardId: 'shardId-00000000000000000000-local000',
    startSequenceNumber: records[0]?.dynamodb.SequenceNumber,
    endSequenceNumber: records.at(-1)?.dynamodb.SequenceNumber,
    approximateArrivalOfFirstRecord: arrivalOf(records[0]),
    approximateArrivalOfLastRecord: arrivalOf(records.at(-1)),
    batchSize: records.length,
    streamArn: source.streamArn,
  },
});

/** What a delivery needs in addition to its source. */
export interface DeliveryContext {
  readonly functions: Pick<Functions, 'invoke'>;
  /** Receives the records that have no attempts left. */
  readonly giveUp: (source: StreamSource, records: readonly StreamRecord[], reason: GivenUp) => Promise<void>;
  readonly onProblem: ((problem: string) => void) | undefined;
  /** Pause before the second attempt, in milliseconds. It doubles with each further attempt, up to a minute. */
  readonly retryPauseMs: number;
  /** Stops retries. */
  readonly signal: AbortSignal;
}

/** Delivers a table's records to one function, in order. */
export interface StreamDelivery {
  readonly push: (records: readonly StreamRecord[]) => void;
  /** Resolves once all pushed records are delivered or given up. */
  readonly idle: () => Promise<void>;
}

/** A stream keeps its records for a day, in seconds. */
const MAX_RECORD_AGE_S = 24 * 3600;
const MAX_PAUSE_MS = 60_000;

type Outcome =
  | { readonly status: 'done' }
  | { readonly status: 'throttled' }
  | { readonly status: 'failed'; readonly remaining: readonly StreamRecord[]; readonly requestId?: string };

const invokeWith = async (
  source: StreamSource,
  { functions }: DeliveryContext,
  records: readonly StreamRecord[],
): Promise<Outcome> => {
  const awsRegion = source.streamArn.split(':')[3];
  const Records = records.map((record) => ({ ...record, awsRegion, eventSourceARN: source.streamArn }));
  const result = await functions.invoke(source.functionId, { Records });
  if (result.status === 'throttled') return { status: 'throttled' };
  if (result.status === 'error') return { status: 'failed', remaining: records, requestId: result.requestId };
  if (result.status === 'too_large') return { status: 'failed', remaining: records };
  if (!source.reportsItemFailures) return { status: 'done' };
  const numbers = records.map(({ dynamodb }) => dynamodb.SequenceNumber);
  const failed = failedItems(result.payload, numbers);
  // The earliest failure is the checkpoint: all records from it on are delivered again.
  const checkpoint = numbers.findIndex((number) => failed.has(number));
  return checkpoint < 0 ? { status: 'done' } : { status: 'failed', remaining: records.slice(checkpoint) };
};

const isTooOld = (records: readonly StreamRecord[]): boolean =>
  records.some(({ dynamodb }) => Date.now() / 1000 - dynamodb.ApproximateCreationDateTime > MAX_RECORD_AGE_S);

/** Delivers one batch. Splits and throttling do not count as attempts, as on AWS. */
const deliverBatch = async (
  source: StreamSource,
  context: DeliveryContext,
  batch: readonly StreamRecord[],
  attemptsBefore = 0,
): Promise<void> => {
  let records = batch;
  for (let attempts = attemptsBefore; !context.signal.aborted;) {
    const outcome = await invokeWith(source, context, records);
    if (outcome.status === 'done') return;
    if (outcome.status === 'failed') {
      const { remaining, requestId } = outcome;
      const isWhole = remaining.length === records.length;
      records = remaining;
      if (source.bisectsOnError && isWhole && records.length > 1) {
        const middle = Math.ceil(records.length / 2);
        await deliverBatch(source, context, records.slice(0, middle), attempts);
        await deliverBatch(source, context, records.slice(middle), attempts);
        return;
      }
      attempts += 1;
      const isExhausted = source.retryAttempts >= 0 && attempts > source.retryAttempts;
      if (isExhausted || isTooOld(records)) {
        const condition = isExhausted ? 'RetryAttemptsExhausted' : 'RecordAgeExceeded';
        await context.giveUp(source, records, { condition, attempts, requestId });
        return;
      }
    }
    await pause(Math.min(context.retryPauseMs * 2 ** Math.max(0, attempts - 1), MAX_PAUSE_MS), context.signal);
  }
};

/** Starts a delivery. Throws if a filter of the source is invalid. */
export const startStreamDelivery = (source: StreamSource, context: DeliveryContext): StreamDelivery => {
  const passes = compileFilters(source.filters);
  let tail = Promise.resolve();
  const deliver = async (records: readonly StreamRecord[]): Promise<void> => {
    for (let start = 0; start < records.length; start += source.batchSize) {
      await deliverBatch(source, context, records.slice(start, start + source.batchSize));
    }
  };
  return {
    push: (records) => {
      const wanted = records.filter(passes);
      tail = tail
        .then(() => deliver(wanted))
        .catch((error: unknown) => context.onProblem?.(`${source.functionId} was not reached: ${String(error)}`));
    },
    idle: () => tail,
  };
};
