import { Duration } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Settings } from '../settings';
import { BundledFunction } from './bundled-function';
import { allow, allowLedger, allowSecrets, type ReadableSecret } from './grants';

/** What the health check looks at. */
export interface HealthCheckProps {
  readonly settings: Settings;
  readonly table: Table;
  readonly bucket: Bucket;
  readonly voiceDeletions: Queue;
  readonly apiKey: ReadableSecret;
}

/** `GET /health`: says whether the parts that a call needs answer. */
export class HealthCheck extends Construct {
  readonly function: IFunction;

  constructor(scope: Construct, id: string, { settings, table, bucket, voiceDeletions, apiKey }: HealthCheckProps) {
    super(scope, id);
    const { function: handler } = new BundledFunction(this, 'Function', {
      folder: 'health',
      description: 'Says whether database, storage, queues and ElevenLabs answer',
      timeout: Duration.seconds(10),
      memoryMb: 256,
      settings,
      environment: {
        ELEVENLABS_API_BASE_URL: settings.ELEVENLABS_API_BASE_URL,
        ELEVENLABS_API_KEY_SECRET_ARN: apiKey.secretArn,
        LEDGER_TABLE: table.tableName,
        BUCKET: bucket.bucketName,
        VOICE_DELETION_QUEUE_URL: voiceDeletions.queueUrl,
      },
    });
    this.function = handler;
    allowSecrets(handler, apiKey);
    allowLedger(handler, table, 'GetItem');
    allow(handler, ['sqs:GetQueueAttributes'], voiceDeletions.queueArn);
    // HeadBucket is allowed by s3:ListBucket; there is no narrower action.
    allow(handler, ['s3:ListBucket'], bucket.bucketArn);
  }
}
