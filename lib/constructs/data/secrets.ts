import { RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnSecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { Settings } from '../../settings';
import type { ReadableSecret } from '../building-blocks/grants';
import { setLogicalId } from '../building-blocks/logical-id';

/**
 * The secrets of an installation. A secret is deployed only if a part of the service reads it. If its ARN is a setting,
 * the existing secret is used instead.
 */
export class InstallationSecrets {
  readonly #scope: Construct;
  readonly #settings: Settings;
  readonly #key: IKey | undefined;
  readonly #read = new Map<string, ReadableSecret>();

  constructor(scope: Construct, settings: Settings, key: IKey | undefined) {
    this.#scope = scope;
    this.#settings = settings;
    this.#key = key;
  }

  /** Read by the functions that call ElevenLabs. */
  get apiKey(): ReadableSecret {
    return this.#once('ElevenLabsApiKey', this.#settings.ELEVENLABS_API_KEY_SECRET_ARN, {
      description: 'ElevenLabs API key, with the scopes voices (read, write), agents (read, write) and user (read)',
    });
  }

  /** Read by the routes that are signed with `ElevenLabs-Signature`. */
  get webhookSecret(): ReadableSecret {
    return this.#once('ElevenLabsWebhookSecret', this.#settings.ELEVENLABS_WEBHOOK_SECRET_ARN, {
      description:
        'Secret that signs the webhooks, as ElevenLabs issued it; while you rotate it, both values separated by a ' +
        'comma',
    });
  }

  /** Read by the functions that recognise callers. */
  get callerHashKey(): ReadableSecret {
    return this.#once('CallerHashKey', this.#settings.CALLER_HASH_KEY_SECRET_ARN, {
      description: 'Generated key that phone numbers are hashed with; do not change it without need',
      isGenerated: true,
    });
  }

  /** Read by the route for the flat post-call form. */
  get flatSecret(): ReadableSecret {
    return this.#once('FlatPostCallSecret', this.#settings.FLAT_POSTCALL_SECRET_ARN, {
      description: 'Secret that signs the flat post-call form; while it is empty, the webhook secret signs that form',
    });
  }

  /** Read by the 3CX webhook. */
  get threeCxSecret(): ReadableSecret {
    return this.#once('ThreeCxWebhookSecret', this.#settings.THREECX_WEBHOOK_SECRET_ARN, {
      description: 'Secret that signs the webhooks of 3CX; while you rotate it, both values separated by a comma',
    });
  }

  /** Read by the conversation-initiation webhook. */
  get initiationSecret(): ReadableSecret {
    return this.#once('InitiationSecret', this.#settings.INITIATION_SECRET_ARN, {
      description:
        'Secret header of the conversation-initiation webhook; while you rotate it, both values separated by a comma',
    });
  }

  /** Returns the ARNs of the secrets that the service reads, by logical id. */
  arns(): Readonly<Record<string, string>> {
    return Object.fromEntries([...this.#read].map(([id, { secretArn }]) => [id, secretArn]));
  }

  #once(id: string, arn: string, props: SecretProps): ReadableSecret {
    const known = this.#read.get(id);
    if (known !== undefined) return known;
    const secret =
      arn === ''
        ? newSecret(this.#scope, id, this.#key, props)
        : // A complete ARN, so that functions may read this secret and no other whose name begins with the same text.
          Secret.fromSecretCompleteArn(this.#scope, id, arn);
    this.#read.set(id, secret);
    return secret;
  }
}

interface SecretProps {
  /** Tells the operator which value to enter and where it comes from. */
  readonly description: string;
  /**
   * Whether AWS generates the value, because nobody has to know it. All other secrets start without a value, and
   * functions that need them return 503 until the operator fills them. A generated value would look configured but
   * match nothing. @default false
   */
  readonly isGenerated?: boolean;
}

const newSecret = (
  scope: Construct,
  id: string,
  key: IKey | undefined,
  { description, isGenerated = false }: SecretProps,
): Secret => {
  const secret = new Secret(scope, id, {
    description,
    ...(key !== undefined && { encryptionKey: key }),
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    ...(isGenerated && { generateSecretString: { passwordLength: 64, excludePunctuation: true } }),
  });
  setLogicalId(secret, id);
  const resource = secret.node.defaultChild;
  if (resource instanceof CfnSecret && !isGenerated) resource.addPropertyDeletionOverride('GenerateSecretString');
  return secret;
};
