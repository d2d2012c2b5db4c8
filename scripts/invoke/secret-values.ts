import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import type { LocalSettings } from '../../local/settings';

/** Values of secrets by the logical ids that the template gives them. */
export type SecretValues = Readonly<Record<string, string | undefined>>;

/** What the local stack puts into the template's secrets. */
export const localSecrets = (settings: LocalSettings): SecretValues => ({
  ElevenLabsApiKey: settings.ELEVENLABS_API_KEY,
  ElevenLabsWebhookSecret: settings.ELEVENLABS_WEBHOOK_SECRET,
  FlatPostCallSecret: settings.FLAT_POSTCALL_SECRET,
  ThreeCxWebhookSecret: settings.THREECX_WEBHOOK_SECRET,
  InitiationSecret: settings.INITIATION_SECRET,
  CallerHashKey: settings.CALLER_HASH_KEY,
});

/**
 * Fills the secrets that have no value yet and tells what all of them hold. One that has a value keeps it, since the
 * stack that it belongs to may be running. `arns` are by logical id.
 */
export const fillSecrets = async (
  client: SecretsManagerClient,
  arns: Readonly<Record<string, string>>,
  values: SecretValues,
): Promise<SecretValues> => {
  const held: Record<string, string | undefined> = {};
  for (const [id, arn] of Object.entries(arns))
    held[id] = (await read(client, arn)) ?? (await put(client, arn, values[id]));
  return held;
};

const read = async (client: SecretsManagerClient, arn: string): Promise<string | undefined> => {
  try {
    return (await client.send(new GetSecretValueCommand({ SecretId: arn }))).SecretString;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
};

const put = async (
  client: SecretsManagerClient,
  arn: string,
  value: string | undefined,
): Promise<string | undefined> => {
  if (value !== undefined) await client.send(new PutSecretValueCommand({ SecretId: arn, SecretString: value }));
  return value;
};
