import { Duration } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { type IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Settings } from '../settings';
import { BundledFunction } from './bundled-function';
import { allow, allowLedger, allowSecrets, allowSending, type ReadableSecret } from './grants';

/** What the pre-call webhook works with. */
export interface PreCallWebhookProps {
  readonly settings: Settings;
  readonly table: Table;
  readonly bucket: Bucket;
  readonly voiceDeletions: Queue;
  readonly apiKey: ReadableSecret;
  readonly webhookSecret: ReadableSecret;
  readonly callerHashKey: ReadableSecret;
}

/** API Gateway gives up after 29 s; what is left of them is for a cold start. */
const timeout = Duration.seconds(27);

/** Work that outlives its function by this is dead: a claim's lease ends then. */
const leaseMargin = Duration.seconds(30);

/** The settings that a pre-call is served by. */
const cloningVariables = (settings: Settings): Record<string, string> => ({
  DEFAULT_FIRST_MESSAGE: settings.DEFAULT_FIRST_MESSAGE,
  DEFAULT_COUNTRY: settings.DEFAULT_COUNTRY,
  AGENT_ACTIVATION: settings.AGENT_ACTIVATION,
  ENABLE_SAMPLE_STORAGE: String(settings.ENABLE_SAMPLE_STORAGE),
  VOICE_CLONE_MIN_DURATION: String(settings.VOICE_CLONE_MIN_DURATION),
  VOICE_CLONE_MAX_SIZE_MB: String(settings.VOICE_CLONE_MAX_SIZE_MB),
  VOICE_TTL_HOURS: String(settings.VOICE_TTL_HOURS),
  VOICE_RETENTION_SECONDS: String(settings.VOICE_CLONE_AUTO_DELETE ? 0 : settings.VOICE_RETENTION_HOURS * 3600),
  SAMPLES_OUTLIVE_CALLS: String(settings.SAMPLE_RETENTION_DAYS > 0 || !settings.VOICE_CLONE_AUTO_DELETE),
  SIGNATURE_TOLERANCE_SECONDS: String(settings.SIGNATURE_TOLERANCE_SECONDS),
});

/** `POST /webhook/precall`: clones the caller's voice and puts it on the agent. */
export class PreCallWebhook extends Construct {
  readonly function: IFunction;

  constructor(scope: Construct, id: string, props: PreCallWebhookProps) {
    super(scope, id);
    const { settings, table, bucket, voiceDeletions, apiKey, webhookSecret, callerHashKey } = props;
    const { function: handler } = new BundledFunction(this, 'Function', {
      folder: 'precall',
      description: 'Clones the voice of a caller, puts it on the ElevenLabs agent and answers the pre-call webhook',
      timeout,
      memoryMb: 1024,
      settings,
      environment: {
        ELEVENLABS_API_BASE_URL: settings.ELEVENLABS_API_BASE_URL,
        ELEVENLABS_API_KEY_SECRET_ARN: apiKey.secretArn,
        ELEVENLABS_WEBHOOK_SECRET_ARN: webhookSecret.secretArn,
        LEDGER_TABLE: table.tableName,
        BUCKET: bucket.bucketName,
        VOICE_DELETION_QUEUE_URL: voiceDeletions.queueUrl,
        CALLER_HASH_KEY_SECRET_ARN: callerHashKey.secretArn,
        CLAIM_LEASE_SECONDS: String(timeout.plus(leaseMargin).toSeconds()),
        ...cloningVariables(settings),
      },
    });
    this.function = handler;
    allowSecrets(handler, apiKey, webhookSecret, callerHashKey);
    allowLedger(handler, table, 'GetItem', 'PutItem', 'UpdateItem');
    allowSending(handler, voiceDeletions);
    allow(handler, ['s3:PutObject', 's3:DeleteObject'], bucket.arnForObjects('samples/*'));
    allow(handler, ['s3:GetObject'], bucket.arnForObjects('uploads/*'));
    // Without the right to list, S3 says 403 and not 404 of an object that does not exist.
    allow(handler, ['s3:ListBucket'], bucket.bucketArn);
  }
}
