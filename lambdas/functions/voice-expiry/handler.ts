import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { DynamoDBStreamRecord } from '@aws-lambda-powertools/parser/schemas/dynamodb';
import type { Context, DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import * as z from 'zod';
import { dynamoDbClient, sqsClient } from '../../aws/clients';
import { deletionJobsOn } from '../../aws/deletion-jobs';
import { ledgerTable } from '../../ledger/table';
import { voices } from '../../ledger/voices';
import { parseEnv } from '../../platform/env';
import { createTelemetry } from '../../platform/telemetry';
import { traced } from '../../platform/trace';
import { type VoiceExpiryDeps, voiceExpired } from '../../voices/end/expire-voice';
import { voice } from '../../voices/voice';

const environment = z.object({ LEDGER_TABLE: z.string().min(1), VOICE_DELETION_QUEUE_URL: z.url() });

const telemetry = createTelemetry('voice-expiry');
const processor = new BatchProcessor(EventType.DynamoDBStreams);
let wired: VoiceExpiryDeps | undefined;

const wire = (source: NodeJS.ProcessEnv): VoiceExpiryDeps => {
  const env = parseEnv(environment, source);
  return {
    voices: voices(ledgerTable(dynamoDbClient(), env.LEDGER_TABLE)),
    deletionJobs: deletionJobsOn(sqsClient(), env.VOICE_DELETION_QUEUE_URL),
    nowMs: Date.now,
    log: telemetry.log,
  };
};

const expire = async (record: DynamoDBRecord): Promise<void> => {
  wired ??= wire(process.env);
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
