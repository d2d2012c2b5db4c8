import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Queue } from 'aws-cdk-lib/aws-sqs';

/** Lets a function do this with these resources, and nothing more: the grants of CDK add actions that our code never takes. */
export const allow = (handler: IFunction, actions: readonly string[], ...resources: readonly string[]): void =>
  handler.addToRolePolicy(new PolicyStatement({ actions: [...actions], resources: [...resources] }));

/** A secret as functions know it: one of the stack, or one that was there before. */
export type ReadableSecret = Pick<ISecret, 'secretArn'>;

/** Lets a function read the values of these secrets. */
export const allowSecrets = (handler: IFunction, ...secrets: readonly ReadableSecret[]): void =>
  allow(handler, ['secretsmanager:GetSecretValue'], ...secrets.map(({ secretArn }) => secretArn));

/** Lets a function put messages into these queues. */
export const allowSending = (handler: IFunction, ...queues: readonly Queue[]): void =>
  allow(handler, ['sqs:SendMessage'], ...queues.map(({ queueArn }) => queueArn));

/** What a function does with the ledger's items. */
type LedgerAction = 'GetItem' | 'BatchGetItem' | 'PutItem' | 'UpdateItem' | 'DeleteItem';

/** Lets a function do this with the ledger's items, but not with its index. */
export const allowLedger = (handler: IFunction, table: Table, ...actions: readonly LedgerAction[]): void =>
  allow(
    handler,
    actions.map((action) => `dynamodb:${action}`),
    table.tableArn,
  );

/** Lets a function go through the ledger by kind. */
export const allowLedgerIndex = (handler: IFunction, table: Table): void =>
  allow(handler, ['dynamodb:Query'], `${table.tableArn}/index/by-kind`);
