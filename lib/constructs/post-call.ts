import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Settings } from '../settings';
import { BundledFunction } from './building-blocks/bundled-function';
import { allowLedger, allowListing, allowObjects, allowSending } from './building-blocks/grants';
import { SignedRoute } from './building-blocks/route-function';
import { WorkQueue } from './building-blocks/work-queue';
import type { Data } from './data/data';
import type { Installation } from './installation';

/** The dependencies for finishing calls. */
export interface PostCallProps extends Installation {
  readonly callEnds: Queue;
  /** The queue that repeats a call after a busy line. */
  readonly clones: Queue;
}

/** Enough time to stream a recording of several hours. */
const workerTimeout = Duration.minutes(5);

/** Maximum number of events that are processed in parallel. */
const maxConcurrency = 10;

/** Processes ended calls: the intake stores each event and queues its job, and a worker processes the queue. */
export class PostCall extends Construct {
  readonly jobs: WorkQueue;

  constructor(scope: Construct, id: string, props: PostCallProps) {
    super(scope, id);
    this.jobs = new WorkQueue(this, 'PostCalls', {
      alarmTopic: props.alarmTopic,
      key: props.data.key,
      impact: 'Calls are not finished: transcripts are missing, and voices of ended calls stay on their agents.',
      workerTimeout,
      // A job waits while ElevenLabs has not yet written the recording.
      oldestJob: Duration.hours(8),
    });
    this.addIntake(props);
    this.addWorker(props);
  }

  private addIntake(installation: Installation): void {
    const { data } = installation;
    const { function: intake } = new SignedRoute(this, 'PostCallIntake', {
      ...installation,
      folder: 'postcall-intake',
      route: 'POST /webhook/postcall',
      routeClass: 'calls',
      sender: 'elevenlabs',
      description:
        'Receives the post-call events of ElevenLabs: verifies each, stores it as it came and queues its job',
      impact: 'Ends of calls are not received; ElevenLabs retries only transcripts, for 40 minutes.',
      timeout: Duration.seconds(27),
      memoryMb: 1024,
      secrets: {
        ELEVENLABS_WEBHOOK_SECRET_ARN: data.secrets.webhookSecret,
        FLAT_POSTCALL_SECRET_ARN: data.secrets.flatSecret,
      },
      environment: { BUCKET: data.bucket.bucketName, POSTCALL_QUEUE_URL: this.jobs.queue.queueUrl },
    });
    allowObjects(intake, data.bucket, ['PutObject'], 'postcall/');
    allowSending(intake, this.jobs.queue);
  }

  private addWorker({ callEnds, clones, ...installation }: PostCallProps): void {
    const { settings, data } = installation;
    const worker = new BundledFunction(this, 'PostCallWorker', {
      ...installation,
      folder: 'postcall',
      description: 'Ends the conversations of finished calls, stores transcripts and recordings, informs the event bus',
      impact: 'Transcripts come late, and voices of ended calls stay on their agents.',
      timeout: workerTimeout,
      memoryMb: 512,
      secrets: {
        ELEVENLABS_API_KEY_SECRET_ARN: data.secrets.apiKey,
        CALLER_HASH_KEY_SECRET_ARN: data.secrets.callerHashKey,
      },
      environment: {
        ELEVENLABS_API_BASE_URL: settings.ELEVENLABS_API_BASE_URL,
        LEDGER_TABLE: data.table.tableName,
        BUCKET: data.bucket.bucketName,
        POSTCALL_QUEUE_URL: this.jobs.queue.queueUrl,
        CALL_END_QUEUE_URL: callEnds.queueUrl,
        CLONE_QUEUE_URL: clones.queueUrl,
        ...storageVariables(settings),
      },
    });
    allowLedger(worker.function, data.table, 'GetItem', 'PutItem', 'UpdateItem', 'DeleteItem');
    allowStorage(worker.function, data);
    this.allowAnnouncing(worker.function);
    allowSending(worker.function, callEnds, clones);
    this.jobs.addWorker(worker, maxConcurrency);
  }

  /** Allows the worker to publish events with its own source only, because the account shares the bus. */
  private allowAnnouncing(worker: IFunction): void {
    const bus = Stack.of(this).formatArn({ service: 'events', resource: 'event-bus', resourceName: 'default' });
    worker.addToRolePolicy(
      new PolicyStatement({
        actions: ['events:PutEvents'],
        resources: [bus],
        conditions: {
          StringEquals: { 'events:source': 'precall', 'events:detail-type': ['CallCompleted', 'CallFailed'] },
        },
      }),
    );
  }
}

const allowStorage = (worker: IFunction, { bucket }: Data): void => {
  allowObjects(worker, bucket, ['GetObject', 'DeleteObject'], 'postcall/');
  allowListing(worker, bucket);
  allowObjects(worker, bucket, ['PutObject', 'DeleteObject'], 'transcripts/', 'recordings/');
  // Recordings are streamed in parts. If a stream breaks, its parts are deleted.
  allowObjects(worker, bucket, ['AbortMultipartUpload'], 'recordings/');
};

const storageVariables = (settings: Settings) => ({
  DEFAULT_COUNTRY: settings.DEFAULT_COUNTRY,
  ENABLE_TRANSCRIPT_STORAGE: String(settings.ENABLE_TRANSCRIPT_STORAGE),
  ENABLE_AUDIO_STORAGE: String(settings.ENABLE_AUDIO_STORAGE),
  ERASE_AT_ELEVENLABS: String(settings.ERASE_AT_ELEVENLABS),
  TRANSCRIPT_RETENTION_DAYS: String(settings.TRANSCRIPT_RETENTION_DAYS),
  RAW_EVENT_RETENTION_DAYS: String(settings.RAW_EVENT_RETENTION_DAYS),
});
