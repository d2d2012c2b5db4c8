import { Duration } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Settings } from '../settings';
import { BundledFunction } from './bundled-function';
import { allow, allowLedger, allowLedgerIndex, allowSecrets, allowSending, type ReadableSecret } from './grants';

/** What reconcile looks at, and where it queues what it finds. */
export interface ReconcileProps {
  readonly settings: Settings;
  readonly table: Table;
  readonly bucket: Bucket;
  readonly voiceDeletions: Queue;
  readonly postCalls: Queue;
  readonly apiKey: ReadableSecret;
}

/** Reads every page of the ledger and of ElevenLabs' voices and conversations. */
const timeout = Duration.minutes(10);

/** Looks, on a schedule or by hand, for what fell through: voices, claims, agents, and calls whose end nobody told. */
export class Reconcile extends Construct {
  readonly function: IFunction;

  constructor(scope: Construct, id: string, props: ReconcileProps) {
    super(scope, id);
    const { settings, table, bucket, voiceDeletions, postCalls, apiKey } = props;
    const { function: handler } = new BundledFunction(this, 'Function', {
      folder: 'reconcile',
      description: 'Looks for voices, claims, agents and calls that nothing else has taken care of',
      timeout,
      memoryMb: 512,
      settings,
      environment: {
        ELEVENLABS_API_BASE_URL: settings.ELEVENLABS_API_BASE_URL,
        ELEVENLABS_API_KEY_SECRET_ARN: apiKey.secretArn,
        LEDGER_TABLE: table.tableName,
        BUCKET: bucket.bucketName,
        VOICE_DELETION_QUEUE_URL: voiceDeletions.queueUrl,
        POSTCALL_QUEUE_URL: postCalls.queueUrl,
        AGENT_IDS: settings.AGENT_IDS,
        TRANSCRIPT_RETENTION_DAYS: String(settings.TRANSCRIPT_RETENTION_DAYS),
        ELEVENLABS_AGENT_ID: settings.ELEVENLABS_AGENT_ID,
      },
    });
    this.function = handler;
    // The next run looks at everything again.
    handler.configureAsyncInvoke({ retryAttempts: 0 });
    allowSecrets(handler, apiKey);
    allowLedger(handler, table, 'GetItem', 'PutItem');
    allowLedgerIndex(handler, table);
    allow(handler, ['s3:PutObject'], bucket.arnForObjects('postcall/*'));
    allowSending(handler, voiceDeletions, postCalls);
    new Rule(this, 'Schedule', {
      description: 'Runs reconcile of Precall',
      schedule: Schedule.rate(Duration.minutes(settings.RECONCILE_MINUTES)),
      targets: [new LambdaFunction(handler, { retryAttempts: 0 })],
    });
  }
}
