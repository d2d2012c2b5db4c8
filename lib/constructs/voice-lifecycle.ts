import { Duration } from 'aws-cdk-lib';
import { FilterCriteria, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { BundledFunction } from './building-blocks/bundled-function';
import { allowLedger, allowObjects, allowSending } from './building-blocks/grants';
import { DeadLetterQueue, WorkQueue } from './building-blocks/work-queue';
import type { Installation } from './installation';
import { ImpactAlarm } from './monitoring/impact-alarm';
import { fiveMinutes } from './monitoring/metrics';

/**
 * Maximum number of ends of calls that are processed in parallel. What callers hear depends on them, so no other work
 * uses this share.
 */
const maxConcurrentEnds = 5;

/** Maximum number of jobs that call ElevenLabs in parallel, because calls share its limits. */
const maxConcurrency = 5;

/** The job of a worker that died is visible again after six times this: within the 5 minutes that a sender repeats. */
const workerTimeout = Duration.seconds(45);

/** Number of attempts, within minutes, for a stream record that fails. After that, reconcile handles its voice. */
const streamRetries = 20;

const expiryImpact = 'Expired voices wait for reconcile and keep their slots until then.';

/** Selects only voices that time to live deleted. */
const expiredVoices = {
  userIdentity: { type: ['Service'], principalId: ['dynamodb.amazonaws.com'] },
  dynamodb: { OldImage: { kind: { S: ['voice'] } } },
};

/**
 * Deletes voices. Contains the queues of ended calls and of deletions with their worker, and the function that handles
 * expired voices.
 */
export class VoiceLifecycle extends Construct {
  readonly jobs: WorkQueue;
  readonly ends: WorkQueue;

  constructor(scope: Construct, id: string, installation: Installation) {
    super(scope, id);
    this.jobs = new WorkQueue(this, 'VoiceDeletions', {
      alarmTopic: installation.alarmTopic,
      key: installation.data.key,
      impact: 'Agents may still have the voice of a caller, and voices of callers are not deleted.',
      workerTimeout,
      oldestJob: Duration.hours(6),
    });
    this.ends = new WorkQueue(this, 'CallEnds', {
      alarmTopic: installation.alarmTopic,
      key: installation.data.key,
      impact: 'Callers hear the voice of whoever called before them.',
      workerTimeout,
      oldestJob: Duration.minutes(30),
    });
    this.addWorker(installation);
    this.addExpiry(installation);
  }

  private addWorker(installation: Installation): void {
    const { settings, data } = installation;
    const worker = new BundledFunction(this, 'VoiceDeletion', {
      ...installation,
      folder: 'voice-deletion',
      description: 'Gives agents their own voice back and deletes voices that are no longer used',
      impact: 'Agents keep the voices of callers whose calls are over, and slots stay used.',
      timeout: workerTimeout,
      memoryMb: 512,
      secrets: { ELEVENLABS_API_KEY_SECRET_ARN: data.secrets.apiKey },
      environment: {
        ELEVENLABS_API_BASE_URL: settings.ELEVENLABS_API_BASE_URL,
        LEDGER_TABLE: data.table.tableName,
        VOICE_DELETION_QUEUE_URL: this.jobs.queue.queueUrl,
        CALL_END_QUEUE_URL: this.ends.queue.queueUrl,
        BUCKET: data.bucket.bucketName,
        SAMPLE_RETENTION_DAYS: String(settings.SAMPLE_RETENTION_DAYS),
        FALLBACK_VOICE_ID: settings.FALLBACK_VOICE_ID,
        LONGEST_CALL_MINUTES: String(settings.LONGEST_CALL_MINUTES),
      },
    });
    allowLedger(worker.function, data.table, 'GetItem', 'PutItem', 'UpdateItem');
    allowObjects(worker.function, data.bucket, ['DeleteObject'], 'samples/');
    this.jobs.addWorker(worker, maxConcurrency);
    this.ends.addReader(worker, maxConcurrentEnds);
  }

  private addExpiry(installation: Installation): void {
    const { data, alarmTopic } = installation;
    const expiry = new BundledFunction(this, 'VoiceExpiry', {
      ...installation,
      folder: 'voice-expiry',
      description: 'Queues the deletion of voices that time to live has removed from the ledger',
      impact: 'Expired voices wait for reconcile.',
      timeout: Duration.seconds(30),
      memoryMb: 256,
      secrets: {},
      environment: { LEDGER_TABLE: data.table.tableName, VOICE_DELETION_QUEUE_URL: this.jobs.queue.queueUrl },
    });
    allowLedger(expiry.function, data.table, 'GetItem', 'UpdateItem');
    this.readStream(expiry, installation);
    new ImpactAlarm(this, 'StreamAge', {
      alarmTopic,
      metric: expiry.function.metric('IteratorAge', { period: fiveMinutes, statistic: 'Maximum' }),
      threshold: Duration.hours(1).toMilliseconds(),
      impact: expiryImpact,
      missingData: 'ok',
    });
  }

  private readStream({ function: handler, invoked }: BundledFunction, { data, alarmTopic }: Installation): void {
    // It holds stream records, not jobs, so they cannot be redriven.
    const failures = new DeadLetterQueue(this, 'VoiceExpiryFailures', {
      alarmTopic,
      key: data.key,
      impact: expiryImpact,
    });
    allowSending(handler, this.jobs.queue, failures);
    data.table.grantStreamRead(handler);
    invoked.addEventSourceMapping('Stream', {
      ...(data.table.tableStreamArn !== undefined && { eventSourceArn: data.table.tableStreamArn }),
      startingPosition: StartingPosition.TRIM_HORIZON,
      filters: [FilterCriteria.filter(expiredVoices)],
      reportBatchItemFailures: true,
      bisectBatchOnError: true,
      retryAttempts: streamRetries,
      onFailure: { bind: () => ({ destination: failures.queueArn }) },
    });
  }
}
