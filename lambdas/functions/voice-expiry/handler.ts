import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { DynamoDBStreamRecord } from '@aws-lambda-powertools/parser/schemas/dynamodb';
import type { Context, DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { createTelemetry } from '../../platform/telemetry';
import { traced } from '../../platform/trace';
import { type VoiceExpiryDeps, voiceExpired } from '../../voices/end/expire-voices';
import { voice } from '../../voices/voice';
import { wire } from './environment';

const telemetry = createTelemetry('voice-expiry');
const processor = new BatchProcessor(EventType.DynamoDBStreams);
let wired: VoiceExpiryDeps | undefined;

const expire = async (record: DynamoDBRecord): Promise<void> => {
  wired ??= wire(process.env, telemetry);
  const expired = voice.parse(DynamoDBStreamRecord.parse(record).dynamodb.OldImage);
  telemetry.log.identify({ conversation_id: Object.keys(expired.users)[0] ?? null });
  await voiceExpired(expired, wired);
};

/** The stream's records of voices that time to live has removed. A record that fails is tried again, with those after it. */
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
  return processPartialResponse(event, handle, processor, {
    context,
    processInParallel: false,
    throwOnFullBatchFailure: false,
  });
};
