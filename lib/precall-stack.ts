import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { EmptySecret } from './constructs/empty-secret';
import { GeneratedSecret } from './constructs/generated-secret';
import { HealthCheck } from './constructs/health-check';
import { Ledger } from './constructs/ledger';
import { PostCall } from './constructs/post-call';
import { PreCallWebhook } from './constructs/precall-webhook';
import { Reconcile } from './constructs/reconcile';
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

/** The secrets of an installation; their logical ids are their names. */
const secretsOf = (stack: Construct) => {
  const { secret: apiKey } = new EmptySecret(stack, 'ElevenLabsApiKey', {
    description: 'ElevenLabs API key, with the scopes voices (read, write), agents (read, write) and user (read)',
  });
  const { secret: webhookSecret } = new EmptySecret(stack, 'ElevenLabsWebhookSecret', {
    description: 'Secret that signs the webhooks, as issued; two live ones separated by a comma while it is rotated',
  });
  const { secret: callerHashKey } = new GeneratedSecret(stack, 'CallerHashKey', {
    description: 'Key under which phone numbers are hashed; generated, never to be changed without need',
  });
  const { secret: flatSecret } = new EmptySecret(stack, 'FlatPostCallSecret', {
    description:
      'Secret of the sender of the flat post-call form; left empty, that form is signed with the webhook secret',
  });
  const { secret: threeCxSecret } = new EmptySecret(stack, 'ThreeCxWebhookSecret', {
    description: 'Secret that signs the webhooks of 3CX; two live ones separated by a comma while it is rotated',
  });
  const { secret: initiationSecret } = new EmptySecret(stack, 'InitiationSecret', {
    description:
      'Secret header of ElevenLabs\u2019 conversation-initiation webhook; two live ones separated by a comma while it is rotated',
  });
  return { apiKey, webhookSecret, callerHashKey, flatSecret, threeCxSecret, initiationSecret };
};

/** One installation of Precall: composition only, each capability is a construct of its own. */
export class PrecallStack extends Stack {
  constructor(scope: Construct, id: string, { settings, ...props }: PrecallStackProps) {
    super(scope, id, props);
    const { table } = new Ledger(this, 'Ledger');
    const { bucket } = new Storage(this, 'Storage', {
      samplesKept: Duration.days(longestSampleDays(settings)),
      enrolmentsKept: Duration.days(settings.ENROLMENT_RETENTION_DAYS),
      rawEventsKept: Duration.days(settings.RAW_EVENT_RETENTION_DAYS),
      transcriptsKept: Duration.days(settings.TRANSCRIPT_RETENTION_DAYS),
      recordingsKept: Duration.days(settings.RECORDING_RETENTION_DAYS),
    });
    const { apiKey, webhookSecret, callerHashKey, flatSecret } = secretsOf(this);
    const { jobs } = new VoiceLifecycle(this, 'VoiceLifecycle', { settings, table, bucket, apiKey });
    const shared = { settings, table, bucket, voiceDeletions: jobs.queue, apiKey };
    const precall = new PreCallWebhook(this, 'PreCall', { ...shared, webhookSecret, callerHashKey });
    const postCall = new PostCall(this, 'PostCall', { ...shared, webhookSecret, flatSecret, callerHashKey });
    const postCalls = postCall.jobs.queue;
    const reconcile = new Reconcile(this, 'Reconcile', { ...shared, postCalls });
    const uploads = new Uploads(this, 'Uploads', { settings, bucket, webhookSecret });
    const health = new HealthCheck(this, 'Health', shared);
    const web = new WebApi(this, 'Web', {
      throttleRatePerS: settings.THROTTLE_RATE_PER_SECOND,
      throttleBurst: settings.THROTTLE_BURST,
    });
    web.route('POST', '/webhook/precall', precall.function);
    web.route('POST', '/webhook/postcall', postCall.intake);
    web.route('POST', '/uploads', uploads.function);
    web.route('GET', '/health', health.function);
    new CfnOutput(this, 'PreCallUrl', { value: web.api.urlForPath('/webhook/precall') });
    new CfnOutput(this, 'PostCallUrl', { value: web.api.urlForPath('/webhook/postcall') });
    new CfnOutput(this, 'HealthUrl', { value: web.api.urlForPath('/health') });
    new CfnOutput(this, 'ReconcileFunctionName', { value: reconcile.function.functionName });
    new CfnOutput(this, 'ElevenLabsApiKeyArn', { value: apiKey.secretArn });
    new CfnOutput(this, 'ElevenLabsWebhookSecretArn', { value: webhookSecret.secretArn });
  }
}
