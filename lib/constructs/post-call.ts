import { Duration, Stack } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Settings } from '../settings';
import { BundledFunction } from './bundled-function';
import { allow, allowLedger, allowSecrets, allowSending, type ReadableSecret } from './grants';
import { WorkQueue } from './work-queue';

/** What calls are finished with. */
export interface PostCallProps {
  readonly settings: Settings;
  readonly table: Table;
  readonly bucket: Bucket;
  readonly voiceDeletions: Queue;
  /** Where a call that met a busy line is placed once more. */
  readonly clones: Queue;
  readonly apiKey: ReadableSecret;
  readonly webhookSecret: ReadableSecret;
  readonly flatSecret: ReadableSecret;
  readonly callerHashKey: ReadableSecret;
}

/** A recording of hours is streamed in this time. */
const workerTimeout = Duration.minutes(5);

/** How many events may be worked on at the same time. */
const maxConcurrency = 10;

/** What calls leave behind: taken in by a webhook that only makes it durable, worked off behind a queue. */
export class PostCall extends Construct {
  readonly intake: IFunction;
  readonly jobs: WorkQueue;

  constructor(scope: Construct, id: string, props: PostCallProps) {
    super(scope, id);
    this.jobs = new WorkQueue(scope, 'PostCalls', { workerTimeout });
    this.intake = this.addIntake(props);
    this.addWorker(props);
  }

  private addIntake({ settings, bucket, webhookSecret, flatSecret }: PostCallProps): IFunction {
    const { function: intake } = new BundledFunction(new Construct(this, 'PostCallIntake'), 'Function', {
      folder: 'postcall-intake',
      description:
        'Takes in what ElevenLabs tells of finished calls: verifies it, stores it as it came, queues its work',
      timeout: Duration.seconds(27),
      memoryMb: 1024,
      settings,
      environment: {
        ELEVENLABS_WEBHOOK_SECRET_ARN: webhookSecret.secretArn,
        FLAT_POSTCALL_SECRET_ARN: flatSecret.secretArn,
        BUCKET: bucket.bucketName,
        POSTCALL_QUEUE_URL: this.jobs.queue.queueUrl,
        SIGNATURE_TOLERANCE_SECONDS: String(settings.SIGNATURE_TOLERANCE_SECONDS),
      },
    });
    allowSecrets(intake, webhookSecret, flatSecret);
    allow(intake, ['s3:PutObject'], bucket.arnForObjects('postcall/*'));
    allowSending(intake, this.jobs.queue);
    return intake;
  }

  private addWorker(props: PostCallProps): void {
    const { settings, table, bucket, voiceDeletions, clones, apiKey, callerHashKey } = props;
    const { function: worker } = new BundledFunction(new Construct(this, 'PostCallWorker'), 'Function', {
      folder: 'postcall',
      description: 'Ends the conversations of finished calls, keeps transcripts and recordings, tells the event bus',
      timeout: workerTimeout,
      memoryMb: 512,
      settings,
      environment: {
        ELEVENLABS_API_BASE_URL: settings.ELEVENLABS_API_BASE_URL,
        ELEVENLABS_API_KEY_SECRET_ARN: apiKey.secretArn,
        CALLER_HASH_KEY_SECRET_ARN: callerHashKey.secretArn,
        LEDGER_TABLE: table.tableName,
        BUCKET: bucket.bucketName,
        POSTCALL_QUEUE_URL: this.jobs.queue.queueUrl,
        VOICE_DELETION_QUEUE_URL: voiceDeletions.queueUrl,
        CLONE_QUEUE_URL: clones.queueUrl,
        ...storageVariables(settings),
      },
    });
    allowSecrets(worker, apiKey, callerHashKey);
    allowLedger(worker, table, 'GetItem', 'PutItem', 'UpdateItem');
    this.grantStorage(worker, bucket);
    allowSending(worker, voiceDeletions, clones, this.jobs.queue);
    worker.addEventSource(
      new SqsEventSource(this.jobs.queue, { batchSize: 1, reportBatchItemFailures: true, maxConcurrency }),
    );
  }

  private grantStorage(worker: IFunction, bucket: Bucket): void {
    allow(worker, ['s3:GetObject', 's3:DeleteObject'], bucket.arnForObjects('postcall/*'));
    // Without the right to list, S3 says 403 and not 404 of an object that does not exist.
    allow(worker, ['s3:ListBucket'], bucket.bucketArn);
    allow(
      worker,
      ['s3:PutObject', 's3:DeleteObject'],
      bucket.arnForObjects('transcripts/*'),
      bucket.arnForObjects('recordings/*'),
    );
    // Recordings are streamed in parts; what breaks off is taken back.
    allow(worker, ['s3:AbortMultipartUpload'], bucket.arnForObjects('recordings/*'));
    allow(worker, ['events:PutEvents'], this.eventBusArn());
  }

  private eventBusArn(): string {
    return Stack.of(this).formatArn({ service: 'events', resource: 'event-bus', resourceName: 'default' });
  }
}

const storageVariables = (settings: Settings): Record<string, string> => ({
  DEFAULT_COUNTRY: settings.DEFAULT_COUNTRY,
  ENABLE_TRANSCRIPT_STORAGE: String(settings.ENABLE_TRANSCRIPT_STORAGE),
  ENABLE_AUDIO_STORAGE: String(settings.ENABLE_AUDIO_STORAGE),
  TRANSCRIPT_RETENTION_DAYS: String(settings.TRANSCRIPT_RETENTION_DAYS),
});
