import { GetSecretValueCommand, ResourceNotFoundException } from '@aws-sdk/client-secrets-manager';
import { type Installation, required } from './installation';

/** The value of a secret, by its logical id; undefined while it has none. Throws OperationError for an unknown id. */
export const readSecret = async (installation: Installation, name: string): Promise<string | undefined> => {
  const SecretId = required(installation.secrets, name, installation);
  try {
    return (await installation.clients.secrets.send(new GetSecretValueCommand({ SecretId }))).SecretString;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
};
