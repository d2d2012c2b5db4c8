import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { EmptySecret } from './constructs/empty-secret';
import { GeneratedSecret } from './constructs/generated-secret';
import type { ReadableSecret } from './constructs/grants';
import type { Settings } from './settings';

/** What an installation keeps secret. */
export interface InstallationSecrets {
  readonly apiKey: ReadableSecret;
  readonly webhookSecret: ReadableSecret;
  readonly callerHashKey: ReadableSecret;
  readonly flatSecret: ReadableSecret;
  readonly threeCxSecret: ReadableSecret;
  readonly initiationSecret: ReadableSecret;
}

/** The secrets of an installation: those that settings name by their ARN, and the others created; their logical ids are their names. */
export const secretsOf = (stack: Construct, settings: Settings): InstallationSecrets => ({
  apiKey: named(stack, 'ElevenLabsApiKey', settings.ELEVENLABS_API_KEY_SECRET_ARN, {
    description: 'ElevenLabs API key, with the scopes voices (read, write), agents (read, write) and user (read)',
  }),
  webhookSecret: named(stack, 'ElevenLabsWebhookSecret', settings.ELEVENLABS_WEBHOOK_SECRET_ARN, {
    description: 'Secret that signs the webhooks, as issued; two live ones separated by a comma while it is rotated',
  }),
  callerHashKey: named(stack, 'CallerHashKey', settings.CALLER_HASH_KEY_SECRET_ARN, {
    Kind: GeneratedSecret,
    description: 'Key under which phone numbers are hashed; generated, never to be changed without need',
  }),
  flatSecret: named(stack, 'FlatPostCallSecret', settings.FLAT_POSTCALL_SECRET_ARN, {
    description:
      'Secret of the sender of the flat post-call form; left empty, that form is signed with the webhook secret',
  }),
  threeCxSecret: named(stack, 'ThreeCxWebhookSecret', settings.THREECX_WEBHOOK_SECRET_ARN, {
    description: 'Secret that signs the webhooks of 3CX; two live ones separated by a comma while it is rotated',
  }),
  initiationSecret: named(stack, 'InitiationSecret', settings.INITIATION_SECRET_ARN, {
    description:
      "Secret header of ElevenLabs' conversation-initiation webhook; two live ones separated by a comma while it is rotated",
  }),
});

/** A secret that is created where no setting names one: empty, unless it is to be generated. */
interface NewSecret {
  readonly Kind?: typeof EmptySecret | typeof GeneratedSecret;
  readonly description: string;
}

/** A complete ARN, so that functions are granted this secret and no other whose name begins alike. */
const named = (
  stack: Construct,
  id: string,
  arn: string,
  { Kind = EmptySecret, description }: NewSecret,
): ReadableSecret =>
  arn === '' ? new Kind(stack, id, { description }).secret : Secret.fromSecretCompleteArn(stack, id, arn);
