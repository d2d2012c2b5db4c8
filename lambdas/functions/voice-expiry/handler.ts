import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { DynamoDBStreamRecord } from '@aws-lambda-powertools/parser/schemas/dynamodb';
import type { Context, DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { builtOnce } from '../../platform/env';
import { createTelemetry } from '../../platform/telemetry';
import { traced } from '../../platform/trace';
import { voiceExpired } from '../../voices/end/expire-voice';
import { voiceItem } from '../../voices/voice';
import { build, environment } from './environment';

const telemetry = createTelemetry('voice-expiry');
const built = builtOnce(environment, (env) => build(env, telemetry));
const processor = new BatchProcessor(EventType.DynamoDBStreams);

/**
 * Handles the ledger's stream of voices that DynamoDB expired. A failed record is retried together with all later ones.
 */
export const handler = (event: DynamoDBStreamEvent, context: Context): Promise<DynamoDBBatchResponse> => {
  const handle = async (record: DynamoDBRecord): Promise<void> => {
    telemetry.log.begin({ request_id: context.awsRequestId });
    try {
      await traced(telemetry, () => expire(record));
    } catch (error) {
      telemetry.log.error('voice_expiry_failed', error);
      throw error;
    }
  };
  const options = { context, processInParallel: false, throwOnFullBatchFailure: false };
  return processPartialResponse(event, handle, processor, options);
};

const expire = async (record: DynamoDBRecord): Promise<void> => {
  const deps = built();
  const expired = voiceItem.parse(DynamoDBStreamRecord.parse(record).dynamodb.OldImage);
  telemetry.log.identify({ conversation_id: Object.keys(expired.users)[0] ?? null });
  await voiceExpired(expired, deps);
};
