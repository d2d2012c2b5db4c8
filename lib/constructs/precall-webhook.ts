import { Duration } from 'aws-cdk-lib';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { consentVariables, greetingVariables, type Settings } from '../settings';
import { allowLedger, allowListing, allowObjects, allowSending } from './building-blocks/grants';
import { SignedRoute } from './building-blocks/route-function';
import type { Installation } from './installation';

/** Props of the pre-call webhook. */
export interface PreCallWebhookProps extends Installation {
  readonly voiceDeletions: Queue;
}

/** API Gateway stops waiting after 29 s; the difference is for a cold start. */
const timeout = Duration.seconds(27);

/** A claim's lease outlives the function's timeout by this time, so the function has certainly ended. */
const leaseMargin = Duration.seconds(30);

const settingsVariables = (settings: Settings) => ({
  ...greetingVariables(settings),
  DYNAMIC_VARIABLES: settings.DYNAMIC_VARIABLES,
  DEFAULT_COUNTRY: settings.DEFAULT_COUNTRY,
  ...consentVariables(settings),
  CONSENT_EVIDENCE_DAYS: String(settings.CONSENT_EVIDENCE_DAYS),
  AGENT_ACTIVATION: settings.AGENT_ACTIVATION,
  PRECALL_VALID_MINUTES: String(settings.PRECALL_VALID_MINUTES),
  ENABLE_SAMPLE_STORAGE: String(settings.ENABLE_SAMPLE_STORAGE),
  VOICE_CLONE_MIN_DURATION: String(settings.VOICE_CLONE_MIN_DURATION),
  VOICE_CLONE_MIN_SAMPLE_RATE: String(settings.VOICE_CLONE_MIN_SAMPLE_RATE),
  SAMPLE_QUALITY: settings.SAMPLE_QUALITY,
  REMOVE_BACKGROUND_NOISE: String(settings.REMOVE_BACKGROUND_NOISE),
  VOICE_CLONE_MAX_SIZE_MB: String(settings.VOICE_CLONE_MAX_SIZE_MB),
  VOICE_TTL_HOURS: String(settings.VOICE_TTL_HOURS),
  VOICE_RETENTION_SECONDS: String(settings.VOICE_CLONE_AUTO_DELETE ? 0 : settings.VOICE_RETENTION_HOURS * 3600),
  SAMPLES_OUTLIVE_CALLS: String(settings.SAMPLE_RETENTION_DAYS > 0 || !settings.VOICE_CLONE_AUTO_DELETE),
});

/** Serves `POST /webhook/precall`: clones the caller's voice and assigns it to the agent. */
export class PreCallWebhook extends SignedRoute<'precall'> {
  constructor(scope: Construct, id: string, { voiceDeletions, ...installation }: PreCallWebhookProps) {
    const { settings, data } = installation;
    super(scope, id, {
      ...installation,
      folder: 'precall',
      route: 'POST /webhook/precall',
      routeClass: 'calls',
      description: 'Clones the voice of a caller, puts it on the ElevenLabs agent and answers the pre-call webhook',
      impact: 'Callers are answered without their own voice, and senders get errors.',
      timeout,
      memoryMb: 1024,
      secrets: {
        ELEVENLABS_API_KEY_SECRET_ARN: data.secrets.apiKey,
        ELEVENLABS_WEBHOOK_SECRET_ARN: data.secrets.webhookSecret,
        CALLER_HASH_KEY_SECRET_ARN: data.secrets.callerHashKey,
      },
      environment: {
        ELEVENLABS_API_BASE_URL: settings.ELEVENLABS_API_BASE_URL,
        LEDGER_TABLE: data.table.tableName,
        BUCKET: data.bucket.bucketName,
        VOICE_DELETION_QUEUE_URL: voiceDeletions.queueUrl,
        CLAIM_LEASE_SECONDS: String(timeout.plus(leaseMargin).toSeconds()),
        ...settingsVariables(settings),
      },
    });
    allowLedger(this.function, data.table, 'GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem');
    allowSending(this.function, voiceDeletions);
    allowObjects(this.function, data.bucket, ['PutObject', 'DeleteObject'], 'samples/');
    allowObjects(this.function, data.bucket, ['GetObject'], 'uploads/');
    allowListing(this.function, data.bucket);
  }
}
