import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { type Installation, OperationError, required } from './installation';
import { readSecret } from './secrets';

/** Replaces the value of a secret, by its logical id. Throws OperationError for an unknown id. */
export const setSecret = async (installation: Installation, name: string, value: string): Promise<void> => {
  const SecretId = required(installation.secrets, name, installation);
  await installation.clients.secrets.send(new PutSecretValueCommand({ SecretId, SecretString: value }));
};

/** Secrets of which two values may be live at the same time. */
export const rotatable = ['ElevenLabsWebhookSecret', 'ThreeCxWebhookSecret', 'InitiationSecret', 'FlatPostCallSecret'];

/**
 * Adds a new value before the one that is live, so that both are accepted. Throws OperationError for a secret that
 * cannot have two values, or has two already.
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

/** Removes the older of two live values. Throws OperationError where there is one alone. */
export const dropOldValue = async (installation: Installation, name: string): Promise<void> => {
  const [newest, ...older] = await liveValues(installation, name);
  if (newest === undefined || older.length === 0)
    throw new OperationError('refused', `${name} has no second value: nothing is being rotated.`);
  await setSecret(installation, name, newest);
};

/** The live values of a secret, newest first. Throws OperationError for an unknown id. */
export const liveValues = async (installation: Installation, name: string): Promise<string[]> =>
  ((await readSecret(installation, name)) ?? '')
    .split(',')
    .map((value) => value.trim())
    .filter((value) => value !== '');
