import { Duration } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Settings } from '../settings';
import { BundledFunction } from './bundled-function';
import { allow, allowLedger, allowLedgerIndex, allowSecrets, allowSending, type ReadableSecret } from './grants';
import { WorkQueue } from './work-queue';

/** What callers are enrolled and erased with. */
export interface CallersProps {
  readonly settings: Settings;
  readonly table: Table;
  readonly bucket: Bucket;
  readonly voiceDeletions: Queue;
  readonly webhookSecret: ReadableSecret;
  readonly callerHashKey: ReadableSecret;
}

/** A caller of years has thousands of objects. */
const workerTimeout = Duration.minutes(5);

/** How many erasures may be worked on at the same time. */
const maxConcurrency = 2;

/** Longer than any function that writes something of a caller by what it read of the caller at its start: a pre-call has 27 s. */
const settle = Duration.seconds(30);

/** Where erased callers' objects may be. */
const objects = ['callers/*', 'samples/*', 'uploads/*', 'transcripts/*', 'recordings/*', 'postcall/*'];

/** What a caller may ask for: to be known from now on, and to be forgotten. */
export class Callers extends Construct {
  /** By method and path. */
  readonly routes: Readonly<Record<string, IFunction>>;
  readonly erasures: WorkQueue;

  constructor(scope: Construct, id: string, props: CallersProps) {
    super(scope, id);
    this.erasures = new WorkQueue(scope, 'Erasures', { workerTimeout });
    this.routes = {
      'POST /callers': this.addEnrolment(props),
      'POST /callers/erase': this.addErasureRequest(props),
      'POST /callers/erasure': this.addErasureStatus(props),
    };
    this.addWorker(props);
  }

  private addEnrolment({ settings, table, bucket, webhookSecret, callerHashKey }: CallersProps): IFunction {
    const { function: enrolment } = new BundledFunction(new Construct(this, 'Enrolment'), 'Function', {
      folder: 'enrolment',
      description: 'Makes a caller known: measures voice samples, stores them and remembers them',
      timeout: Duration.seconds(20),
      memoryMb: 1024,
      settings,
      environment: {
        ...callerVariables({ settings, table, webhookSecret, callerHashKey }),
        BUCKET: bucket.bucketName,
        ENROLMENT_RETENTION_DAYS: String(settings.ENROLMENT_RETENTION_DAYS),
        VOICE_CLONE_MIN_DURATION: String(settings.VOICE_CLONE_MIN_DURATION),
        VOICE_CLONE_MAX_SIZE_MB: String(settings.VOICE_CLONE_MAX_SIZE_MB),
      },
    });
    allowSecrets(enrolment, webhookSecret, callerHashKey);
    allowLedger(enrolment, table, 'GetItem', 'UpdateItem');
    allow(enrolment, ['s3:PutObject', 's3:DeleteObject'], bucket.arnForObjects('callers/*'));
    allow(enrolment, ['s3:GetObject', 's3:DeleteObject'], bucket.arnForObjects('uploads/*'));
    allow(enrolment, ['s3:ListBucket'], bucket.bucketArn);
    return enrolment;
  }

  private addErasureRequest({ settings, table, webhookSecret, callerHashKey }: CallersProps): IFunction {
    const { function: request } = new BundledFunction(new Construct(this, 'ErasureRequest'), 'Function', {
      folder: 'erasure-request',
      description: 'Marks a caller as erased and queues that everything of theirs is deleted',
      timeout: Duration.seconds(10),
      memoryMb: 256,
      settings,
      environment: {
        ...callerVariables({ settings, table, webhookSecret, callerHashKey }),
        ERASURE_QUEUE_URL: this.erasures.queue.queueUrl,
        ERASURE_SETTLE_SECONDS: String(settle.toSeconds()),
      },
    });
    allowSecrets(request, webhookSecret, callerHashKey);
    allowLedger(request, table, 'GetItem', 'PutItem');
    allowSending(request, this.erasures.queue);
    return request;
  }

  private addErasureStatus({ settings, table, webhookSecret }: CallersProps): IFunction {
    const { function: status } = new BundledFunction(new Construct(this, 'ErasureStatus'), 'Function', {
      folder: 'erasure-status',
      description: 'Says how far an erasure is, and what remains at ElevenLabs',
      timeout: Duration.seconds(10),
      memoryMb: 256,
      settings,
      environment: {
        ELEVENLABS_WEBHOOK_SECRET_ARN: webhookSecret.secretArn,
        LEDGER_TABLE: table.tableName,
        SIGNATURE_TOLERANCE_SECONDS: String(settings.SIGNATURE_TOLERANCE_SECONDS),
      },
    });
    allowSecrets(status, webhookSecret);
    allowLedger(status, table, 'GetItem');
    return status;
  }

  private addWorker({ settings, table, bucket, voiceDeletions }: CallersProps): void {
    const { function: worker } = new BundledFunction(new Construct(this, 'Erasure'), 'Function', {
      folder: 'erasure',
      description: 'Finds and deletes everything of an erased caller, pass by pass, until nothing is left',
      timeout: workerTimeout,
      memoryMb: 512,
      settings,
      environment: {
        LEDGER_TABLE: table.tableName,
        BUCKET: bucket.bucketName,
        ERASURE_QUEUE_URL: this.erasures.queue.queueUrl,
        VOICE_DELETION_QUEUE_URL: voiceDeletions.queueUrl,
      },
    });
    allowLedger(worker, table, 'GetItem', 'PutItem', 'UpdateItem', 'DeleteItem');
    allowLedgerIndex(worker, table);
    allow(worker, ['s3:ListBucket'], bucket.bucketArn);
    allow(worker, ['s3:DeleteObject'], ...objects.map((pattern) => bucket.arnForObjects(pattern)));
    allowSending(worker, voiceDeletions);
    worker.addEventSource(
      new SqsEventSource(this.erasures.queue, { batchSize: 1, reportBatchItemFailures: true, maxConcurrency }),
    );
  }
}

/** What a signed request that names a caller is judged and keyed by. */
const callerVariables = ({
  settings,
  table,
  webhookSecret,
  callerHashKey,
}: Omit<CallersProps, 'bucket' | 'voiceDeletions'>): Record<string, string> => ({
  ELEVENLABS_WEBHOOK_SECRET_ARN: webhookSecret.secretArn,
  CALLER_HASH_KEY_SECRET_ARN: callerHashKey.secretArn,
  DEFAULT_COUNTRY: settings.DEFAULT_COUNTRY,
  LEDGER_TABLE: table.tableName,
  SIGNATURE_TOLERANCE_SECONDS: String(settings.SIGNATURE_TOLERANCE_SECONDS),
});
