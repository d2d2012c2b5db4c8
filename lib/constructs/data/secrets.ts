import { RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnSecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { Settings } from '../../settings';
import type { ReadableSecret } from '../building-blocks/grants';
import { setLogicalId } from '../building-blocks/logical-id';

/** The secrets of an installation. */
export interface InstallationSecrets {
  readonly apiKey: ReadableSecret;
  readonly webhookSecret: ReadableSecret;
  readonly callerHashKey: ReadableSecret;
  readonly flatSecret: ReadableSecret;
  readonly threeCxSecret: ReadableSecret;
  readonly initiationSecret: ReadableSecret;
}

/**
 * Creates the secrets of an installation in `scope`. A secret whose ARN is a setting is not created but used as it is.
 */
export const secretsOf = (scope: Construct, settings: Settings, key: IKey | undefined): InstallationSecrets => ({
  apiKey: emptySecret(scope, 'ElevenLabsApiKey', settings.ELEVENLABS_API_KEY_SECRET_ARN, {
    key,
    description: 'ElevenLabs API key, with the scopes voices (read, write), agents (read, write) and user (read)',
  }),
  webhookSecret: emptySecret(scope, 'ElevenLabsWebhookSecret', settings.ELEVENLABS_WEBHOOK_SECRET_ARN, {
    key,
    description:
      'Secret that signs the webhooks, as ElevenLabs issued it; while you rotate it, both values separated by a comma',
  }),
  callerHashKey: generatedSecret(scope, 'CallerHashKey', settings.CALLER_HASH_KEY_SECRET_ARN, {
    key,
    description: 'Generated key that phone numbers are hashed with; do not change it without need',
  }),
  flatSecret: emptySecret(scope, 'FlatPostCallSecret', settings.FLAT_POSTCALL_SECRET_ARN, {
    key,
    description: 'Secret that signs the flat post-call form; while it is empty, the webhook secret signs that form',
  }),
  threeCxSecret: emptySecret(scope, 'ThreeCxWebhookSecret', settings.THREECX_WEBHOOK_SECRET_ARN, {
    key,
    description: 'Secret that signs the webhooks of 3CX; while you rotate it, both values separated by a comma',
  }),
  initiationSecret: emptySecret(scope, 'InitiationSecret', settings.INITIATION_SECRET_ARN, {
    key,
    description:
      'Secret header of the conversation-initiation webhook; while you rotate it, both values separated by a comma',
  }),
});

interface SecretProps {
  /** @default a key of AWS */
  readonly key: IKey | undefined;
  /** Tells the operator what to put in, and where it comes from. */
  readonly description: string;
}

/**
 * A secret that is created without a value. Until its operator fills it in, the functions that need it answer 503. A
 * generated value would look configured but match nothing.
 */
const emptySecret = (scope: Construct, id: string, arn: string, { key, description }: SecretProps): ReadableSecret => {
  if (arn !== '') return existingSecret(scope, id, arn);
  const secret = new Secret(scope, id, {
    description,
    ...(key !== undefined && { encryptionKey: key }),
    removalPolicy: RemovalPolicy.RETAIN,
  });
  setLogicalId(secret, id);
  const resource = secret.node.defaultChild;
  if (resource instanceof CfnSecret) resource.addPropertyDeletionOverride('GenerateSecretString');
  return secret;
};

/** A secret that nobody has to know: AWS generates its value with the stack. */
const generatedSecret = (
  scope: Construct,
  id: string,
  arn: string,
  { key, description }: SecretProps,
): ReadableSecret => {
  if (arn !== '') return existingSecret(scope, id, arn);
  const secret = new Secret(scope, id, {
    description,
    ...(key !== undefined && { encryptionKey: key }),
    removalPolicy: RemovalPolicy.RETAIN,
    generateSecretString: { passwordLength: 64, excludePunctuation: true },
  });
  setLogicalId(secret, id);
  return secret;
};

/** A complete ARN, so that functions may read this secret and no other whose name begins with the same text. */
const existingSecret = (scope: Construct, id: string, arn: string): ReadableSecret =>
  Secret.fromSecretCompleteArn(scope, id, arn);
