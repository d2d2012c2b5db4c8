import {
  CreateSecretCommand,
  DescribeSecretCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { secretName } from './physical-names';
import type { ResolutionScope, ResourceAttributes } from './resolution-scope';
import { readProperties, type TemplateResource } from './template-resource';

const secretSchema = z.object({ Name: z.string().optional() });

const findArn = async (client: SecretsManagerClient, name: string): Promise<string | undefined> => {
  try {
    return (await client.send(new DescribeSecretCommand({ SecretId: name }))).ARN;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
};

/**
 * Creates the secret unless it exists, and returns its ARN. A value overwrites the existing one. Without a value, a new
 * secret stays empty and an existing one stays unchanged. The template's generated value is not simulated.
 */
export const ensureSecret = async (
  client: SecretsManagerClient,
  resource: TemplateResource,
  value: string | undefined,
  scope: ResolutionScope,
): Promise<string> => {
  const { Name = secretName(scope.stackName, resource.id) } = readProperties(resource, secretSchema, scope);
  const arn = (await findArn(client, Name)) ?? (await client.send(new CreateSecretCommand({ Name }))).ARN;
  if (arn === undefined) throw new Error(`The emulator created the secret ${Name} and gave no ARN`);
  if (value !== undefined) await client.send(new PutSecretValueCommand({ SecretId: arn, SecretString: value }));
  return arn;
};

/** Returns the attributes of a secret that a template can reference. */
export const secretAttributes = (arn: string): ResourceAttributes => ({ Ref: arn, Id: arn });
