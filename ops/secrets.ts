import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-secrets-manager';
import { type Installation, required } from './installation';
import { variablesOf } from './variables';

/**
 * Reads the value of a secret by its logical id. Returns undefined if it has no value. Throws OperationError if the id
 * is unknown.
 */
export const readSecret = async (installation: Installation, name: string): Promise<string | undefined> => {
  const SecretId = required(installation.secrets, name, installation);
  try {
    return (await installation.clients.secrets.send(new GetSecretValueCommand({ SecretId }))).SecretString;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
};

/** Returns the live values of a secret, newest first. Throws OperationError if the id is unknown. */
export const liveValues = async (installation: Installation, name: string): Promise<string[]> =>
  ((await readSecret(installation, name)) ?? '')
    .split(',')
    .map((value) => value.trim())
    .filter((value) => value !== '');

type WithSecrets = Pick<Installation, 'clients' | 'functions' | 'secrets'>;

/**
 * Lists the secrets without a value, by logical id. Omits the secret of 3CX while no setting makes 3CX calls possible.
 */
export const emptySecretsOf = async (installation: WithSecrets): Promise<string[]> => {
  const { clients, secrets } = installation;
  const checked = Object.entries(secrets).map(async ([name, SecretId]) => {
    const { VersionIdsToStages = {} } = await clients.secrets.send(new DescribeSecretCommand({ SecretId }));
    const isFilled = Object.values(VersionIdsToStages).flat().includes('AWSCURRENT');
    return isFilled || (name === 'ThreeCxWebhookSecret' && !(await has3cxCalls(installation))) ? [] : [name];
  });
  return (await Promise.all(checked)).flat().sort();
};

/** Whether the number that places 3CX calls is set. */
const has3cxCalls = async (installation: WithSecrets): Promise<boolean> => {
  const { ELEVENLABS_PHONE_NUMBER_ID: number = '' } = await variablesOf(installation, 'ThreeCx');
  return number !== '';
};
