import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { BundledFunction } from './building-blocks/bundled-function';
import { allowLedger, allowLedgerIndex, allowListing, allowObjects, allowSending } from './building-blocks/grants';
import { SignedRoute } from './building-blocks/route-function';
import { WorkQueue } from './building-blocks/work-queue';
import type { Installation } from './installation';

/** An archive is written in one run, so the worker gets as long as Lambda allows. */
const workerTimeout = Duration.minutes(15);

/** How many archives may be written at the same time. */
const maxConcurrency = 2;

/** Where objects of callers are. */
const prefixes = ['callers/', 'samples/', 'uploads/', 'transcripts/', 'recordings/', 'postcall/'];

const archives = 'exports/';

/** A caller's right to a copy of everything that is held of them. */
export class Exports extends Construct {
  readonly jobs: WorkQueue;

  constructor(scope: Construct, id: string, installation: Installation) {
    super(scope, id);
    this.jobs = new WorkQueue(this, 'CallerExports', {
      alarmTopic: installation.alarmTopic,
      key: installation.data.key,
      impact: 'Callers do not get the copy of their data that they asked for.',
      workerTimeout,
      oldestJob: Duration.hours(6),
    });
    this.addRequest(installation);
    this.addStatus(installation);
    this.addWorker(installation);
  }

  private addRequest(installation: Installation): void {
    const { settings, data } = installation;
    const { function: request } = new SignedRoute(this, 'ExportRequest', {
      ...installation,
      folder: 'export-request',
      route: 'POST /callers/export',
      routeClass: 'admin',
      description: 'Queues an archive of everything that is held of a caller',
      impact: 'Callers cannot get a copy of their data, although the law gives them a right to it.',
      timeout: Duration.seconds(10),
      memoryMb: 256,
      secrets: {
        ELEVENLABS_WEBHOOK_SECRET_ARN: data.secrets.webhookSecret,
        CALLER_HASH_KEY_SECRET_ARN: data.secrets.callerHashKey,
      },
      environment: {
        DEFAULT_COUNTRY: settings.DEFAULT_COUNTRY,
        LEDGER_TABLE: data.table.tableName,
        EXPORT_QUEUE_URL: this.jobs.queue.queueUrl,
      },
    });
    allowLedger(request, data.table, 'GetItem', 'UpdateItem');
    // Whether the caller is being erased.
    allowLedgerIndex(request, data.table);
    allowSending(request, this.jobs.queue);
  }

  private addStatus(installation: Installation): void {
    const { data } = installation;
    const { function: status } = new SignedRoute(this, 'ExportStatus', {
      ...installation,
      folder: 'export-status',
      route: 'POST /callers/export/status',
      routeClass: 'admin',
      description: 'Reports how far an export is, with a link to a finished one',
      impact: 'Nobody can download the archive of an export.',
      timeout: Duration.seconds(10),
      memoryMb: 256,
      secrets: { ELEVENLABS_WEBHOOK_SECRET_ARN: data.secrets.webhookSecret },
      environment: { LEDGER_TABLE: data.table.tableName, BUCKET: data.bucket.bucketName },
    });
    allowLedger(status, data.table, 'GetItem');
    // Without it the link to an archive that is gone would answer 403.
    allowListing(status, data.bucket);
    // A link carries the rights of the function that signed it.
    allowObjects(status, data.bucket, ['GetObject'], archives);
  }

  private addWorker(installation: Installation): void {
    const { settings, data } = installation;
    const worker = new BundledFunction(this, 'Export', {
      ...installation,
      folder: 'export',
      description: 'Writes everything that is held of a caller into one archive',
      impact: 'Callers do not get the copy of their data that they asked for.',
      timeout: workerTimeout,
      memoryMb: 1024,
      secrets: { ELEVENLABS_API_KEY_SECRET_ARN: data.secrets.apiKey },
      environment: {
        LEDGER_TABLE: data.table.tableName,
        BUCKET: data.bucket.bucketName,
        EXPORT_QUEUE_URL: this.jobs.queue.queueUrl,
        ELEVENLABS_API_BASE_URL: settings.ELEVENLABS_API_BASE_URL,
      },
    });
    allowLedger(worker.function, data.table, 'GetItem', 'BatchGetItem', 'UpdateItem');
    allowLedgerIndex(worker.function, data.table);
    allowListing(worker.function, data.bucket);
    allowObjects(worker.function, data.bucket, ['GetObject'], ...prefixes);
    allowObjects(worker.function, data.bucket, ['PutObject', 'AbortMultipartUpload', 'DeleteObject'], archives);
    this.jobs.addWorker(worker, maxConcurrency);
  }
}
