import { createHash } from 'node:crypto';

/** Shortens a name to `maxLength` with a digest of the whole name, so that it stays stable and unique. */
const fit = (name: string, maxLength: number): string => {
  if (name.length <= maxLength) return name;
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return `${name.slice(0, maxLength - digest.length - 1)}-${digest}`;
};

/** Returns 3 to 63 lower-case letters, digits and hyphens (S3's bucket naming rules). */
export const bucketName = (stackName: string, logicalId: string): string =>
  fit(`${stackName}-${logicalId}`.toLowerCase(), 63);

/** Returns 3 to 255 letters, digits and hyphens (DynamoDB's naming rules). */
export const tableName = (stackName: string, logicalId: string): string => fit(`${stackName}-${logicalId}`, 255);

/** Returns at most 80 letters, digits and hyphens (SQS' queue quotas). */
export const queueName = (stackName: string, logicalId: string): string => fit(`${stackName}-${logicalId}`, 80);

/**
 * Returns two parts without hyphens, joined by one. CloudFormation names secrets this way, and templates compute a
 * secret's name from its ARN accordingly.
 */
export const secretName = (stackName: string, logicalId: string): string =>
  fit(`${logicalId}-${stackName.replaceAll('-', '')}`, 512);
