import { GetSecretValueCommand, ResourceNotFoundException } from '@aws-sdk/client-secrets-manager';
import { type Installation, required } from './installation';

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
