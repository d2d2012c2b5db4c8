import { Duration } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { FilterCriteria, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Settings } from '../settings';
import { BundledFunction } from './bundled-function';
import { allow, allowLedger, allowSecrets, allowSending, type ReadableSecret } from './grants';
import { WorkQueue } from './work-queue';

/** What voices are taken back with. */
export interface VoiceLifecycleProps {
  readonly settings: Settings;
  readonly table: Table;
  readonly bucket: Bucket;
  readonly apiKey: ReadableSecret;
}

/** How many jobs may be at ElevenLabs at the same time: its limits are shared with the calls themselves. */
const maxConcurrency = 5;

const workerTimeout = Duration.seconds(60);

/** Tries of a record that fails, within minutes; then its voice is left to reconcile. */
const streamRetries = 20;

/**
 * How voices end: a queue of deletion jobs with its worker, and the expiry that time to live starts.
 */
export class VoiceLifecycle extends Construct {
  readonly jobs: WorkQueue;
  /** Records of the ledger's stream that nothing could be done with; no jobs, and not to be redriven as such. */
  readonly expiryFailures: Queue;

  constructor(scope: Construct, id: string, props: VoiceLifecycleProps) {
    super(scope, id);
    this.jobs = new WorkQueue(scope, 'VoiceDeletions', { workerTimeout });
    this.addWorker(props);
    this.expiryFailures = new Queue(this, 'VoiceExpiryFailures', {
      retentionPeriod: Duration.days(14),
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
    });
    this.addExpiry(props);
  }

  private addWorker({ settings, table, bucket, apiKey }: VoiceLifecycleProps): void {
    const { function: worker } = new BundledFunction(new Construct(this, 'VoiceDeletion'), 'Function', {
      folder: 'voice-deletion',
      description: 'Gives agents their own voice back and deletes voices that are no longer used',
      timeout: workerTimeout,
      memoryMb: 512,
      settings,
      environment: {
        ...this.environment({ settings, table, apiKey }),
        BUCKET: bucket.bucketName,
        SAMPLE_RETENTION_DAYS: String(settings.SAMPLE_RETENTION_DAYS),
      },
    });
    allowSecrets(worker, apiKey);
    allowLedger(worker, table, 'GetItem', 'PutItem', 'UpdateItem');
    allow(worker, ['s3:DeleteObject'], bucket.arnForObjects('samples/*'));
    worker.addEventSource(
      new SqsEventSource(this.jobs.queue, { batchSize: 1, reportBatchItemFailures: true, maxConcurrency }),
    );
  }

  private addExpiry({ settings, table, apiKey }: VoiceLifecycleProps): void {
    const { LEDGER_TABLE, VOICE_DELETION_QUEUE_URL } = this.environment({ settings, table, apiKey });
    const { function: expiry } = new BundledFunction(new Construct(this, 'VoiceExpiry'), 'Function', {
      folder: 'voice-expiry',
      description: 'Queues the deletion of voices that time to live has taken out of the ledger',
      timeout: Duration.seconds(30),
      memoryMb: 256,
      settings,
      environment: { LEDGER_TABLE, VOICE_DELETION_QUEUE_URL },
    });
    allowLedger(expiry, table, 'PutItem');
    allowSending(expiry, this.jobs.queue, this.expiryFailures);
    const byTimeToLive = {
      userIdentity: { type: ['Service'], principalId: ['dynamodb.amazonaws.com'] },
      dynamodb: { OldImage: { kind: { S: ['voice'] } } },
    };
    table.grantStreamRead(expiry);
    expiry.addEventSourceMapping('Stream', {
      ...(table.tableStreamArn !== undefined && { eventSourceArn: table.tableStreamArn }),
      startingPosition: StartingPosition.TRIM_HORIZON,
      filters: [FilterCriteria.filter(byTimeToLive)],
      reportBatchItemFailures: true,
      bisectBatchOnError: true,
      retryAttempts: streamRetries,
      onFailure: { bind: () => ({ destination: this.expiryFailures.queueArn }) },
    });
  }

  private environment({ settings, table, apiKey }: Omit<VoiceLifecycleProps, 'bucket'>) {
    return {
      ELEVENLABS_API_BASE_URL: settings.ELEVENLABS_API_BASE_URL,
      ELEVENLABS_API_KEY_SECRET_ARN: apiKey.secretArn,
      LEDGER_TABLE: table.tableName,
      VOICE_DELETION_QUEUE_URL: this.jobs.queue.queueUrl,
    };
  }
}
