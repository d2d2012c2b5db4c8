import { Duration } from 'aws-cdk-lib';
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

/** What calls of 3CX are served with. */
export interface ThreeCxProps {
  readonly settings: Settings;
  readonly table: Table;
  readonly bucket: Bucket;
  readonly voiceDeletions: Queue;
  readonly apiKey: ReadableSecret;
  readonly threeCxSecret: ReadableSecret;
  readonly callerHashKey: ReadableSecret;
}

/** A clone takes up to 25 s, and a greeting that is to be waited for is longer still. */
const workerTimeout = Duration.seconds(120);

/** Work that outlives its function by this is dead: a claim's lease ends then. */
const leaseMargin = Duration.seconds(30);

/** Each call may have two jobs that wait at the same time. */
const maxConcurrency = 40;

/** Calls that 3CX tells of, and the queue of clones that they, and calls to come, wait for. */
export class ThreeCx extends Construct {
  readonly webhook: IFunction;
  readonly clones: WorkQueue;

  constructor(scope: Construct, id: string, props: ThreeCxProps) {
    super(scope, id);
    this.clones = new WorkQueue(scope, 'Clones', { workerTimeout });
    this.webhook = this.addWebhook(props);
    this.addWorker(props);
  }

  private addWebhook({ settings, table, apiKey, threeCxSecret, callerHashKey }: ThreeCxProps): IFunction {
    const { function: webhook } = new BundledFunction(new Construct(this, 'ThreeCx'), 'Function', {
      folder: 'threecx',
      description: "Answers calls of 3CX with a greeting while the caller's voice is made, or with the agent at once",
      timeout: Duration.seconds(27),
      memoryMb: 1024,
      settings,
      environment: {
        ...this.environment({ settings, table, apiKey }),
        THREECX_WEBHOOK_SECRET_ARN: threeCxSecret.secretArn,
        CALLER_HASH_KEY_SECRET_ARN: callerHashKey.secretArn,
        DEFAULT_COUNTRY: settings.DEFAULT_COUNTRY,
        SIGNATURE_TOLERANCE_SECONDS: String(settings.SIGNATURE_TOLERANCE_SECONDS),
      },
    });
    allowSecrets(webhook, apiKey, threeCxSecret, callerHashKey);
    allowLedger(webhook, table, 'BatchGetItem', 'GetItem', 'PutItem', 'UpdateItem');
    allowSending(webhook, this.clones.queue);
    return webhook;
  }

  private addWorker({ settings, table, bucket, voiceDeletions, apiKey }: ThreeCxProps): void {
    const { function: worker } = new BundledFunction(new Construct(this, 'CloneWorker'), 'Function', {
      folder: 'clone-worker',
      description: "Makes voices for calls that start elsewhere, and places the agent's call of a call of 3CX",
      timeout: workerTimeout,
      memoryMb: 512,
      settings,
      environment: {
        ...this.environment({ settings, table, apiKey }),
        BUCKET: bucket.bucketName,
        VOICE_DELETION_QUEUE_URL: voiceDeletions.queueUrl,
        VOICE_CACHE_HOURS: String(settings.VOICE_CACHE_HOURS),
        CLAIM_LEASE_SECONDS: String(workerTimeout.plus(leaseMargin).toSeconds()),
      },
    });
    allowSecrets(worker, apiKey);
    allowLedger(worker, table, 'GetItem', 'PutItem', 'UpdateItem');
    allow(worker, ['s3:GetObject'], bucket.arnForObjects('callers/*'), bucket.arnForObjects('samples/*'));
    // Without the right to list, S3 says 403 and not 404 of an object that does not exist.
    allow(worker, ['s3:ListBucket'], bucket.bucketArn);
    allowSending(worker, voiceDeletions);
    worker.addEventSource(
      new SqsEventSource(this.clones.queue, { batchSize: 1, reportBatchItemFailures: true, maxConcurrency }),
    );
  }

  private environment({ settings, table, apiKey }: Pick<ThreeCxProps, 'settings' | 'table' | 'apiKey'>) {
    return {
      ELEVENLABS_API_BASE_URL: settings.ELEVENLABS_API_BASE_URL,
      ELEVENLABS_API_KEY_SECRET_ARN: apiKey.secretArn,
      LEDGER_TABLE: table.tableName,
      CLONE_QUEUE_URL: this.clones.queue.queueUrl,
      ...callVariables(settings),
    };
  }
}

const callVariables = (settings: Settings): Record<string, string> => ({
  ELEVENLABS_AGENT_ID: settings.ELEVENLABS_AGENT_ID,
  ELEVENLABS_PHONE_NUMBER_ID: settings.ELEVENLABS_PHONE_NUMBER_ID,
  THREECX_TRANSPORT: settings.THREECX_TRANSPORT,
  THREECX_DIAL_TARGET: settings.THREECX_DIAL_TARGET,
  GREETING_VOICE_ID: settings.GREETING_VOICE_ID,
  GREETING_MESSAGE: settings.GREETING_MESSAGE,
  GREETING_MAX_SECONDS: String(settings.GREETING_MAX_SECONDS),
  GREETING_MUSIC_URL: settings.GREETING_MUSIC_ENABLED ? settings.GREETING_MUSIC_URL : '',
  DEFAULT_FIRST_MESSAGE: settings.DEFAULT_FIRST_MESSAGE,
  DYNAMIC_VARIABLES: settings.DYNAMIC_VARIABLES,
  CLONE_MAX_WAIT_SECONDS: String(settings.CLONE_MAX_WAIT_SECONDS),
  AUTO_TRANSITION_ENABLED: String(settings.AUTO_TRANSITION_ENABLED),
  LONGEST_CALL_MINUTES: String(settings.LONGEST_CALL_MINUTES),
});
