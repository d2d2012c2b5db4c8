import { randomUUID } from 'node:crypto';
import { functionArn } from '../lambda/function-environment';
import type { StreamSource } from '../stack/deployed-stack';
import type { StreamRecord } from './stream-record';

/** Why and after how many attempts records were given up. */
export interface GivenUp {
  readonly condition: 'RetryAttemptsExhausted' | 'RecordAgeExceeded';
  readonly attempts: number;
  readonly requestId: string | undefined;
}

const arrivalOf = (record: StreamRecord | undefined): string =>
  new Date((record?.dynamodb.ApproximateCreationDateTime ?? 0) * 1000).toISOString().replace('.000Z', 'Z');

/**
 * The notice that Lambda sends to the failure destination about records that it gives up. It names their place in the
 * stream, not their content. https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
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
