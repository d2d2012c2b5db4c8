import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Queue } from 'aws-cdk-lib/aws-sqs';

/**
 * Allows a function these actions on these resources and nothing more. The CDK's own grants add actions that our code
 * never uses.
 */
export const allow = (handler: IFunction, actions: readonly string[], ...resources: readonly string[]): void =>
  handler.addToRolePolicy(new PolicyStatement({ actions: [...actions], resources: [...resources] }));

/** A secret that functions can read: one of the stack, or one that exists already. */
export type ReadableSecret = Pick<ISecret, 'secretArn'>;

/** Allows a function to read the values of these secrets; without secrets it allows nothing. */
export const allowSecrets = (handler: IFunction, ...secrets: readonly ReadableSecret[]): void => {
  if (secrets.length === 0) return;
  allow(handler, ['secretsmanager:GetSecretValue'], ...secrets.map(({ secretArn }) => secretArn));
};

/** Allows a function to send messages to these queues. */
export const allowSending = (handler: IFunction, ...queues: readonly Queue[]): void =>
  allow(handler, ['sqs:SendMessage'], ...queues.map(({ queueArn }) => queueArn));

/** What functions do with the ledger's items. */
type LedgerAction = 'GetItem' | 'BatchGetItem' | 'PutItem' | 'UpdateItem' | 'DeleteItem';

/** What functions do with the bucket's objects. */
type ObjectAction = 'GetObject' | 'PutObject' | 'DeleteObject' | 'AbortMultipartUpload';

/** Allows a function these actions on the ledger's items, but not on its index. */
export const allowLedger = (handler: IFunction, table: Table, ...actions: readonly LedgerAction[]): void =>
  allow(
    handler,
    actions.map((action) => `dynamodb:${action}`),
    table.tableArn,
  );

/** Allows a function to query the ledger's items by their kind. */
export const allowLedgerIndex = (handler: IFunction, table: Table): void =>
  allow(handler, ['dynamodb:Query'], `${table.tableArn}/index/by-kind`);

/**
 * Allows a function to read, write or delete objects below these prefixes of the bucket, such as `samples/`, and no
 * others.
 */
export const allowObjects = (
  handler: IFunction,
  bucket: Bucket,
  actions: readonly ObjectAction[],
  ...prefixes: readonly string[]
): void =>
  allow(
    handler,
    actions.map((action) => `s3:${action}`),
    ...prefixes.map((prefix) => bucket.arnForObjects(`${prefix}*`)),
  );

/** Allows a function to list the bucket. Without it S3 answers 403 instead of 404 for an object that does not exist. */
export const allowListing = (handler: IFunction, bucket: Bucket): void =>
  allow(handler, ['s3:ListBucket'], bucket.bucketArn);
