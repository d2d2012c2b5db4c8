import { Duration } from 'aws-cdk-lib';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { consentVariables, greetingVariables } from '../settings';
import { BundledFunction } from './building-blocks/bundled-function';
import { allowLedger, allowListing, allowObjects, allowSending } from './building-blocks/grants';
import { SignedRoute } from './building-blocks/route-function';
import { WorkQueue } from './building-blocks/work-queue';
import type { Installation } from './installation';

/** What 3CX calls are served with. */
export interface ThreeCxProps extends Installation {
  readonly voiceDeletions: Queue;
}

/** A clone takes up to 25 s, and the job may have to wait for a greeting that is longer still. */
const workerTimeout = Duration.seconds(120);

/** A claim's lease ends this long after the function's timeout: the function is gone for certain by then. */
const leaseMargin = Duration.seconds(30);

/** Each call may have two jobs that wait at the same time. */
const maxConcurrency = 40;

/** The 3CX webhook, and the queue of clones that 3CX calls and later calls wait for. */
export class ThreeCx extends Construct {
  readonly clones: WorkQueue;

  constructor(scope: Construct, id: string, props: ThreeCxProps) {
    super(scope, id);
    this.clones = new WorkQueue(this, 'Clones', {
      alarmTopic: props.alarmTopic,
      key: props.data.key,
      impact: 'Callers wait for their voice, or for the call of the agent.',
      workerTimeout,
      oldestJob: Duration.minutes(30),
    });
    this.addWebhook(props);
    this.addWorker(props);
  }

  private addWebhook(installation: Installation): void {
    const { settings, data } = installation;
    const { function: webhook } = new SignedRoute(this, 'ThreeCx', {
      ...installation,
      folder: 'threecx',
      route: 'POST /webhook/3cx',
      routeClass: 'calls',
      description: "Answers 3CX calls with a greeting while the caller's voice is cloned, or with the agent at once",
      impact: 'Callers of 3CX are not called.',
      timeout: Duration.seconds(27),
      memoryMb: 1024,
      secrets: {
        ELEVENLABS_API_KEY_SECRET_ARN: data.secrets.apiKey,
        THREECX_WEBHOOK_SECRET_ARN: data.secrets.threeCxSecret,
        CALLER_HASH_KEY_SECRET_ARN: data.secrets.callerHashKey,
      },
      environment: { ...this.callVariables(installation), DEFAULT_COUNTRY: settings.DEFAULT_COUNTRY },
    });
    allowLedger(webhook, data.table, 'BatchGetItem', 'GetItem', 'PutItem', 'UpdateItem');
    allowSending(webhook, this.clones.queue);
  }

  private addWorker({ voiceDeletions, ...installation }: ThreeCxProps): void {
    const { settings, data } = installation;
    const worker = new BundledFunction(this, 'CloneWorker', {
      ...installation,
      folder: 'clone-worker',
      description: "Clones voices for calls that start elsewhere, and places the agent's call of a 3CX call",
      impact: 'Callers of 3CX hear the own voice of the agent, or are not called.',
      timeout: workerTimeout,
      memoryMb: 512,
      secrets: { ELEVENLABS_API_KEY_SECRET_ARN: data.secrets.apiKey },
      environment: {
        ...this.callVariables(installation),
        BUCKET: data.bucket.bucketName,
        VOICE_DELETION_QUEUE_URL: voiceDeletions.queueUrl,
        VOICE_CACHE_HOURS: String(settings.VOICE_CACHE_HOURS),
        REMOVE_BACKGROUND_NOISE: String(settings.REMOVE_BACKGROUND_NOISE),
        CLAIM_LEASE_SECONDS: String(workerTimeout.plus(leaseMargin).toSeconds()),
      },
    });
    allowLedger(worker.function, data.table, 'GetItem', 'PutItem', 'UpdateItem');
    allowObjects(worker.function, data.bucket, ['GetObject'], 'callers/', 'samples/');
    allowListing(worker.function, data.bucket);
    allowSending(worker.function, voiceDeletions);
    this.clones.addWorker(worker, maxConcurrency);
  }

  /** The variables of both functions: each places calls. */
  private callVariables({ settings, data }: Installation) {
    return {
      ELEVENLABS_API_BASE_URL: settings.ELEVENLABS_API_BASE_URL,
      LEDGER_TABLE: data.table.tableName,
      CLONE_QUEUE_URL: this.clones.queue.queueUrl,
      ELEVENLABS_AGENT_ID: settings.ELEVENLABS_AGENT_ID,
      ELEVENLABS_PHONE_NUMBER_ID: settings.ELEVENLABS_PHONE_NUMBER_ID,
      THREECX_TRANSPORT: settings.THREECX_TRANSPORT,
      THREECX_DIAL_TARGET: settings.THREECX_DIAL_TARGET,
      GREETING_VOICE_ID: settings.GREETING_VOICE_ID,
      GREETING_MESSAGE: settings.GREETING_MESSAGE,
      GREETING_MAX_SECONDS: String(settings.GREETING_MAX_SECONDS),
      GREETING_MUSIC_URL: settings.GREETING_MUSIC_ENABLED ? settings.GREETING_MUSIC_URL : '',
      ...greetingVariables(settings),
      DYNAMIC_VARIABLES: settings.DYNAMIC_VARIABLES,
      CLONE_MAX_WAIT_SECONDS: String(settings.CLONE_MAX_WAIT_SECONDS),
      AUTO_TRANSITION_ENABLED: String(settings.AUTO_TRANSITION_ENABLED),
      ...consentVariables(settings),
      LONGEST_CALL_MINUTES: String(settings.LONGEST_CALL_MINUTES),
    };
  }
}
