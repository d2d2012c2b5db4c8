import { Duration } from 'aws-cdk-lib';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { consentVariables } from '../settings';
import { BundledFunction } from './building-blocks/bundled-function';
import { allowLedger, allowLedgerIndex, allowListing, allowObjects, allowSending } from './building-blocks/grants';
import { SignedRoute } from './building-blocks/route-function';
import { WorkQueue } from './building-blocks/work-queue';
import type { Installation } from './installation';

/** The dependencies for enrolling and erasing callers. */
export interface CallersProps extends Installation {
  readonly voiceDeletions: Queue;
}

/** An archive is created in one run, and a long-standing caller has thousands of objects. */
const workerTimeout = Duration.minutes(15);

/** Maximum number of erasures and exports that run in parallel. */
const maxConcurrency = 4;

/**
 * Delay before an erasure starts. It exceeds the timeout of any function that may still write data read before the
 * erasure: a pre-call has 27 s.
 */
const settle = Duration.seconds(30);

/** Prefixes under which objects of callers are stored. */
const prefixes = ['callers/', 'samples/', 'uploads/', 'transcripts/', 'recordings/', 'postcall/'];

/** Prefix of the archives that exports create. */
const archives = 'exports/';

/** Log of erasures and withdrawals, stored outside the table. */
const rightsLog = 'rights-log/';

/**
 * The rights of callers: to be enrolled, to withdraw, to be erased, and to receive a copy of their data. Erasures and
 * exports share a queue and its functions, because each monitored queue and function costs money even when idle.
 */
export class Callers extends Construct {
  readonly erasures: WorkQueue;

  constructor(scope: Construct, id: string, props: CallersProps) {
    super(scope, id);
    this.erasures = new WorkQueue(this, 'Erasures', {
      alarmTopic: props.alarmTopic,
      key: props.data.key,
      impact: workerImpact,
      workerTimeout,
      // A job that waits for voices to be deleted moves to the dead-letter queue after seven hours.
      oldestJob: Duration.hours(6),
    });
    this.addEnrolment(props);
    this.addWithdrawal(props);
    this.addRequests(props);
    this.addStatuses(props);
    this.addWorker(props);
  }

  private addEnrolment(installation: Installation): void {
    const { settings, data } = installation;
    const { function: enrolment } = new SignedRoute(this, 'Enrolment', {
      ...installation,
      folder: 'enrolment',
      route: 'POST /callers',
      routeClass: 'admin',
      description: 'Enrols a caller: measures voice samples, stores them and remembers them',
      impact: 'Callers cannot be enrolled.',
      timeout: Duration.seconds(20),
      memoryMb: 1024,
      secrets: callerSecrets(installation),
      environment: {
        ...callerVariables(installation),
        BUCKET: data.bucket.bucketName,
        ENROLMENT_RETENTION_DAYS: String(settings.ENROLMENT_RETENTION_DAYS),
        VOICE_CLONE_MIN_DURATION: String(settings.VOICE_CLONE_MIN_DURATION),
        VOICE_CLONE_MIN_SAMPLE_RATE: String(settings.VOICE_CLONE_MIN_SAMPLE_RATE),
        SAMPLE_QUALITY: settings.SAMPLE_QUALITY,
        VOICE_CLONE_MAX_SIZE_MB: String(settings.VOICE_CLONE_MAX_SIZE_MB),
        ...consentVariables(settings),
        CONSENT_EVIDENCE_DAYS: String(settings.CONSENT_EVIDENCE_DAYS),
      },
    });
    allowLedger(enrolment, data.table, 'GetItem', 'PutItem', 'UpdateItem');
    allowObjects(enrolment, data.bucket, ['PutObject', 'DeleteObject'], 'callers/');
    allowObjects(enrolment, data.bucket, ['GetObject', 'DeleteObject'], 'uploads/');
    allowListing(enrolment, data.bucket);
  }

  private addWithdrawal({ voiceDeletions, ...installation }: CallersProps): void {
    const { settings, data } = installation;
    const { function: withdrawal } = new SignedRoute(this, 'Withdrawal', {
      ...installation,
      folder: 'withdrawal',
      route: 'POST /callers/withdraw',
      routeClass: 'admin',
      description: "Withdraws a caller's consent: ends the use of the voice, deletes voices and samples",
      impact: 'Callers cannot withdraw their consent, although the law gives them a right to it.',
      timeout: Duration.seconds(20),
      memoryMb: 256,
      secrets: callerSecrets(installation),
      environment: {
        ...callerVariables(installation),
        BUCKET: data.bucket.bucketName,
        VOICE_DELETION_QUEUE_URL: voiceDeletions.queueUrl,
        CONSENT_EVIDENCE_DAYS: String(settings.CONSENT_EVIDENCE_DAYS),
      },
    });
    allowLedger(withdrawal, data.table, 'GetItem', 'PutItem', 'UpdateItem');
    allowListing(withdrawal, data.bucket);
    allowObjects(withdrawal, data.bucket, ['DeleteObject'], 'callers/', 'samples/');
    allowObjects(withdrawal, data.bucket, ['PutObject'], rightsLog);
    allowSending(withdrawal, voiceDeletions);
  }

  private addRequests(installation: Installation): void {
    const { data } = installation;
    const { function: request } = new SignedRoute(this, 'ErasureRequest', {
      ...installation,
      folder: 'erasure-request',
      route: 'POST /callers/erase',
      otherRoutes: ['POST /callers/export'],
      routeClass: 'admin',
      description: 'Queues the deletion, or an archive, of everything that belongs to a caller',
      impact: 'Callers can neither be erased nor get a copy of their data, although the law gives them a right to it.',
      timeout: Duration.seconds(10),
      memoryMb: 256,
      secrets: callerSecrets(installation),
      environment: {
        ...callerVariables(installation),
        BUCKET: data.bucket.bucketName,
        ERASURE_QUEUE_URL: this.erasures.queue.queueUrl,
        ERASURE_SETTLE_SECONDS: String(settle.toSeconds()),
      },
    });
    allowLedger(request, data.table, 'GetItem', 'PutItem', 'UpdateItem');
    // No export starts while the caller is being erased.
    allowLedgerIndex(request, data.table);
    allowObjects(request, data.bucket, ['PutObject'], rightsLog);
    allowSending(request, this.erasures.queue);
  }

  private addStatuses(installation: Installation): void {
    const { data, settings } = installation;
    const { function: status } = new SignedRoute(this, 'ErasureStatus', {
      ...installation,
      folder: 'erasure-status',
      route: 'POST /callers/erasure',
      otherRoutes: ['POST /callers/export/status'],
      routeClass: 'admin',
      description: 'Reports how far an erasure or an export is, with a link to a finished archive',
      impact: 'Nobody can see how far an erasure is, or download an export.',
      timeout: Duration.seconds(10),
      memoryMb: 256,
      secrets: { ELEVENLABS_WEBHOOK_SECRET_ARN: data.secrets.webhookSecret },
      environment: {
        LEDGER_TABLE: data.table.tableName,
        BUCKET: data.bucket.bucketName,
        BACKUP_DAYS: String(settings.BACKUP_DAYS),
      },
    });
    allowLedger(status, data.table, 'GetItem');
    // Otherwise, the link to a deleted archive would return 403.
    allowListing(status, data.bucket);
    // A link carries the permissions of the function that signed it.
    allowObjects(status, data.bucket, ['GetObject'], archives);
  }

  private addWorker({ voiceDeletions, ...installation }: CallersProps): void {
    const { settings, data } = installation;
    const worker = new BundledFunction(this, 'Erasure', {
      ...installation,
      folder: 'erasure',
      description: 'Deletes everything of an erased caller, pass by pass, and writes the archives of exports',
      impact: workerImpact,
      timeout: workerTimeout,
      memoryMb: 512,
      secrets: { ELEVENLABS_API_KEY_SECRET_ARN: data.secrets.apiKey },
      environment: {
        LEDGER_TABLE: data.table.tableName,
        BUCKET: data.bucket.bucketName,
        ERASURE_QUEUE_URL: this.erasures.queue.queueUrl,
        ELEVENLABS_API_BASE_URL: settings.ELEVENLABS_API_BASE_URL,
        ERASE_AT_ELEVENLABS: String(settings.ERASE_AT_ELEVENLABS),
        LONGEST_CALL_MINUTES: String(settings.LONGEST_CALL_MINUTES),
        CONSENT_EVIDENCE_DAYS: String(settings.CONSENT_EVIDENCE_DAYS),
        VOICE_DELETION_QUEUE_URL: voiceDeletions.queueUrl,
      },
    });
    allowLedger(worker.function, data.table, 'GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'DeleteItem');
    allowLedgerIndex(worker.function, data.table);
    allowListing(worker.function, data.bucket);
    allowObjects(worker.function, data.bucket, ['GetObject', 'DeleteObject'], ...prefixes);
    allowObjects(worker.function, data.bucket, ['PutObject', 'AbortMultipartUpload', 'DeleteObject'], archives);
    allowSending(worker.function, voiceDeletions);
    this.erasures.addWorker(worker, maxConcurrency);
  }
}

const workerImpact = 'Erasures and exports that were promised are not carried out.';

const callerSecrets = ({ data }: Installation) => ({
  ELEVENLABS_WEBHOOK_SECRET_ARN: data.secrets.webhookSecret,
  CALLER_HASH_KEY_SECRET_ARN: data.secrets.callerHashKey,
});

const callerVariables = ({ settings, data }: Installation) => ({
  DEFAULT_COUNTRY: settings.DEFAULT_COUNTRY,
  LEDGER_TABLE: data.table.tableName,
});
