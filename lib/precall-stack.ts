import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { EmptySecret } from './constructs/empty-secret';
import { GeneratedSecret } from './constructs/generated-secret';
import { HealthCheck } from './constructs/health-check';
import { Ledger } from './constructs/ledger';
import { PreCallWebhook } from './constructs/precall-webhook';
import { Storage } from './constructs/storage';
import { Uploads } from './constructs/uploads';
import { VoiceLifecycle } from './constructs/voice-lifecycle';
import { WebApi } from './constructs/web-api';
import type { Settings } from './settings';

/** What one installation is made of. */
export interface PrecallStackProps extends StackProps {
  readonly settings: Settings;
}

/** Samples outlive their voice by this, should its deletion be late. */
const samplesOutliveVoicesDays = 2;

/** A sample is kept as long as its voice may live, or as long as it is asked for. */
const longestSampleDays = (settings: Settings): number => {
  const retentionHours = settings.VOICE_CLONE_AUTO_DELETE ? 0 : settings.VOICE_RETENTION_HOURS;
  const voiceDays = Math.ceil((settings.VOICE_TTL_HOURS + retentionHours) / 24) + samplesOutliveVoicesDays;
  return settings.SAMPLE_RETENTION_DAYS > 0 ? settings.SAMPLE_RETENTION_DAYS : voiceDays;
};

/** One installation of Precall: composition only, each capability is a construct of its own. */
export class PrecallStack extends Stack {
  constructor(scope: Construct, id: string, { settings, ...props }: PrecallStackProps) {
    super(scope, id, props);
    const { table } = new Ledger(this, 'Ledger');
    const samplesKept = Duration.days(longestSampleDays(settings));
    const { bucket } = new Storage(this, 'Storage', { samplesKept });
    const { secret: apiKey } = new EmptySecret(this, 'ElevenLabsApiKey', {
      description: 'ElevenLabs API key, with the scopes voices (read, write), agents (read, write) and user (read)',
    });
    const { secret: webhookSecret } = new EmptySecret(this, 'ElevenLabsWebhookSecret', {
      description: 'Secret that signs the webhooks, as issued; two live ones separated by a comma while it is rotated',
    });
    const { secret: callerHashKey } = new GeneratedSecret(this, 'CallerHashKey', {
      description: 'Key under which phone numbers are hashed; generated, never to be changed without need',
    });
    const { jobs, reconcile } = new VoiceLifecycle(this, 'VoiceLifecycle', { settings, table, bucket, apiKey });
    const shared = { settings, table, bucket, voiceDeletions: jobs.queue, apiKey };
    const precall = new PreCallWebhook(this, 'PreCall', { ...shared, webhookSecret, callerHashKey });
    const uploads = new Uploads(this, 'Uploads', { settings, bucket, webhookSecret });
    const health = new HealthCheck(this, 'Health', shared);
    const web = new WebApi(this, 'Web', {
      throttleRatePerS: settings.THROTTLE_RATE_PER_SECOND,
      throttleBurst: settings.THROTTLE_BURST,
    });
    web.route('POST', '/webhook/precall', precall.function);
    web.route('POST', '/uploads', uploads.function);
    web.route('GET', '/health', health.function);
    new CfnOutput(this, 'PreCallUrl', { value: web.api.urlForPath('/webhook/precall') });
    new CfnOutput(this, 'HealthUrl', { value: web.api.urlForPath('/health') });
    new CfnOutput(this, 'ReconcileFunctionName', { value: reconcile.functionName });
    new CfnOutput(this, 'ElevenLabsApiKeyArn', { value: apiKey.secretArn });
    new CfnOutput(this, 'ElevenLabsWebhookSecretArn', { value: webhookSecret.secretArn });
  }
}
