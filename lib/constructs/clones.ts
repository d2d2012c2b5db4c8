import { Duration } from 'aws-cdk-lib';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { consentVariables, greetingVariables } from '../settings';
import { BundledFunction } from './building-blocks/bundled-function';
import { allowLedger, allowListing, allowObjects, allowSending } from './building-blocks/grants';
import { WorkQueue } from './building-blocks/work-queue';
import type { Installation } from './installation';

/** The dependencies for creating clones. */
export interface ClonesProps extends Installation {
  readonly voiceDeletions: Queue;
}

/** A clone takes up to 25 s, and the job may also wait for a greeting that takes longer. */
const workerTimeout = Duration.seconds(120);

/** A claim's lease outlives the function's timeout by this time, so the function has certainly ended. */
const leaseMargin = Duration.seconds(30);

/** Each call may have two jobs that wait at the same time. */
const maxConcurrency = 40;

/**
 * The queue and the worker that clone voices outside a pre-call: for a 3CX call that waits, or for the caller's next
 * call.
 */
export class Clones extends Construct {
  readonly jobs: WorkQueue;

  constructor(scope: Construct, id: string, props: ClonesProps) {
    super(scope, id);
    this.jobs = new WorkQueue(this, 'Clones', {
      alarmTopic: props.alarmTopic,
      key: props.data.key,
      impact: 'Callers wait for their voice, or for the call of the agent.',
      workerTimeout,
      oldestJob: Duration.minutes(30),
    });
    this.addWorker(props);
  }

  private addWorker({ voiceDeletions, ...installation }: ClonesProps): void {
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
        ...callVariables(installation, this.jobs.queue),
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
    this.jobs.addWorker(worker, maxConcurrency);
  }
}

/** Returns the variables of the functions that place calls for 3CX. */
export const callVariables = ({ settings, data }: Installation, clones: Queue) => ({
  ELEVENLABS_API_BASE_URL: settings.ELEVENLABS_API_BASE_URL,
  LEDGER_TABLE: data.table.tableName,
  CLONE_QUEUE_URL: clones.queueUrl,
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
});
