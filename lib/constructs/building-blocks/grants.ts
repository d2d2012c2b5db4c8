import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { LedgerTable } from '../data/ledger';
import type { StorageBucket } from '../data/storage';

/**
 * Allows a function exactly these actions on these resources. The CDK's own grants add actions that the code never
 * uses.
 */
export const allow = (handler: IFunction, actions: readonly string[], ...resources: readonly string[]): void =>
  handler.addToRolePolicy(new PolicyStatement({ actions: [...actions], resources: [...resources] }));

/**
 * Allows a function to use the operator's key through one AWS service only, so it cannot decrypt anything directly.
 * Allows nothing if there is no key.
 */
const allowKey = (
  handler: IFunction,
  key: IKey | undefined,
  service: 's3' | 'dynamodb' | 'sqs' | 'secretsmanager',
  actions: readonly ('Decrypt' | 'DescribeKey' | 'Encrypt' | 'GenerateDataKey')[],
): void => {
  if (key === undefined) return;
  const { region, urlSuffix } = Stack.of(handler);
  handler.addToRolePolicy(
    new PolicyStatement({
      actions: actions.map((action) => `kms:${action}`),
      resources: [key.keyArn],
      conditions: { StringEquals: { 'kms:ViaService': `${service}.${region}.${urlSuffix}` } },
    }),
  );
};

/** A secret that functions can read: created by the stack, or supplied by the operator. */
export type ReadableSecret = Pick<ISecret, 'secretArn' | 'encryptionKey'>;

/** Allows a function to read the values of these secrets. Allows nothing if there are no secrets. */
export const allowSecrets = (handler: IFunction, ...secrets: readonly ReadableSecret[]): void => {
  if (secrets.length === 0) return;
  allow(handler, ['secretsmanager:GetSecretValue'], ...secrets.map(({ secretArn }) => secretArn));
  const [key] = secrets.flatMap(({ encryptionKey }) => encryptionKey ?? []);
  allowKey(handler, key, 'secretsmanager', ['Decrypt']);
};

/** Allows a function to send messages to these queues. */
export const allowSending = (handler: IFunction, ...queues: readonly Queue[]): void => {
  allow(handler, ['sqs:SendMessage'], ...queues.map(({ queueArn }) => queueArn));
  allowKey(handler, queues[0]?.encryptionMasterKey, 'sqs', ['Decrypt', 'GenerateDataKey']);
};

/** The actions that functions perform on the ledger's items. */
type LedgerAction = 'GetItem' | 'BatchGetItem' | 'PutItem' | 'UpdateItem' | 'DeleteItem';

/** The actions that functions perform on the bucket's objects. */
type ObjectAction = 'GetObject' | 'PutObject' | 'DeleteObject' | 'AbortMultipartUpload';

/** Allows a function these actions on the ledger's items, but not on its index. */
export const allowLedger = (handler: IFunction, table: LedgerTable, ...actions: readonly LedgerAction[]): void => {
  allow(
    handler,
    actions.map((action) => `dynamodb:${action}`),
    table.tableArn,
  );
  allowTableKey(handler, table);
};

/** Allows a function to read the ledger's item with this key alone. */
export const allowLedgerItem = (handler: IFunction, table: LedgerTable, key: string): void => {
  handler.addToRolePolicy(
    new PolicyStatement({
      actions: ['dynamodb:GetItem'],
      resources: [table.tableArn],
      conditions: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [key] } },
    }),
  );
  allowTableKey(handler, table);
};

/**
 * Allows a function to use the table's key. DynamoDB uses the key with the caller's permissions, for reads and for
 * writes.
 */
const allowTableKey = (handler: IFunction, { encryptionKey }: LedgerTable): void =>
  allowKey(handler, encryptionKey, 'dynamodb', ['Decrypt', 'DescribeKey', 'Encrypt', 'GenerateDataKey']);

/** Allows a function to query the ledger's items by their kind. */
export const allowLedgerIndex = (handler: IFunction, table: LedgerTable): void => {
  allow(handler, ['dynamodb:Query'], `${table.tableArn}/index/by-kind`);
  allowTableKey(handler, table);
};

/** Allows a function to read, write or delete objects only under these prefixes of the bucket, such as `samples/`. */
export const allowObjects = (
  handler: IFunction,
  bucket: StorageBucket,
  actions: readonly ObjectAction[],
  ...prefixes: readonly string[]
): void => {
  allow(
    handler,
    actions.map((action) => `s3:${action}`),
    ...prefixes.map((prefix) => bucket.arnForObjects(`${prefix}*`)),
  );
  if (actions.includes('GetObject')) allowKey(handler, bucket.encryptionKey, 's3', ['Decrypt']);
  // Multipart uploads decrypt, too.
  if (actions.includes('PutObject')) allowKey(handler, bucket.encryptionKey, 's3', ['Decrypt', 'GenerateDataKey']);
};

/**
 * Allows a function to list the bucket, or only one prefix. Without it, S3 returns 403 instead of 404 for a missing
 * object.
 */
export const allowListing = (handler: IFunction, bucket: StorageBucket, prefix?: string): void =>
  handler.addToRolePolicy(
    new PolicyStatement({
      actions: ['s3:ListBucket'],
      resources: [bucket.bucketArn],
      ...(prefix !== undefined && { conditions: { StringEquals: { 's3:prefix': prefix } } }),
    }),
  );
