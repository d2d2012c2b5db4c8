import { createHash } from 'node:crypto';

/** A stable name of at most `maxLength`: cut, and told apart by a digest of the whole, when it would be longer. */
const fit = (name: string, maxLength: number): string => {
  if (name.length <= maxLength) return name;
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return `${name.slice(0, maxLength - digest.length - 1)}-${digest}`;
};

/** 3 to 63 lower-case letters, digits and hyphens (S3's bucket naming rules). */
export const bucketName = (stackName: string, logicalId: string): string =>
  fit(`${stackName}-${logicalId}`.toLowerCase(), 63);

/** 3 to 255 letters, digits and hyphens (DynamoDB's naming rules). */
export const tableName = (stackName: string, logicalId: string): string => fit(`${stackName}-${logicalId}`, 255);

/** At most 80 letters, digits and hyphens (SQS' queue quotas). */
export const queueName = (stackName: string, logicalId: string): string => fit(`${stackName}-${logicalId}`, 80);

/**
 * Two parts without hyphens, joined by one, because that is how CloudFormation names secrets and how a template
 * computes a secret's name from its ARN.
 */
export const secretName = (stackName: string, logicalId: string): string =>
  fit(`${logicalId}-${stackName.replaceAll('-', '')}`, 512);
