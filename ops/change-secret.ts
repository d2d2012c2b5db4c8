import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { type Installation, OperationError, required } from './installation';
import { readSecret } from './secrets';

/** Replaces the value of a secret, by its logical id. Throws OperationError if the id is unknown. */
export const setSecret = async (installation: Installation, name: string, value: string): Promise<void> => {
  const SecretId = required(installation.secrets, name, installation);
  await installation.clients.secrets.send(new PutSecretValueCommand({ SecretId, SecretString: value }));
};

/** Secrets that may have two live values at the same time. */
export const rotatable = ['ElevenLabsWebhookSecret', 'ThreeCxWebhookSecret', 'InitiationSecret', 'FlatPostCallSecret'];

/**
 * Adds a new value before the live one, so that both are accepted. Throws OperationError if the secret cannot have two
 * values or already has two.
 */
export const addSecretValue = async (installation: Installation, name: string, value: string): Promise<void> => {
  if (!rotatable.includes(name))
    throw new OperationError('refused', `${name} has one value at a time. Those with two are ${rotatable.join(', ')}.`);
  const values = await liveValues(installation, name);
  if (values.length > 1)
    throw new OperationError(
      'refused',
      `${name} has two values already. Finish that rotation first: precall secret rotate ${name} --finish`,
    );
  await setSecret(installation, name, [value, ...values].join(','));
};

/** Removes the older of two live values. Throws OperationError if the secret has only one. */
export const dropOldValue = async (installation: Installation, name: string): Promise<void> => {
  const [newest, ...older] = await liveValues(installation, name);
  if (newest === undefined || older.length === 0)
    throw new OperationError('refused', `${name} has no second value: nothing is being rotated.`);
  await setSecret(installation, name, newest);
};

/** Returns the live values of a secret, newest first. Throws OperationError if the id is unknown. */
export const liveValues = async (installation: Installation, name: string): Promise<string[]> =>
  ((await readSecret(installation, name)) ?? '')
    .split(',')
    .map((value) => value.trim())
    .filter((value) => value !== '');
