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
 * Creates the secret unless it is there, and gives its ARN. A value overwrites what it held; without one, a new secret
 * stays empty and an old one stays as it is. The template's generated value is not made up here.
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

/** What a template can refer to of a secret. */
export const secretAttributes = (arn: string): ResourceAttributes => ({ Ref: arn, Id: arn });
