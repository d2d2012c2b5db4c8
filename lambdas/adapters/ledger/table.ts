import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  type PutCommandInput,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import type * as z from 'zod';
import { unavailable } from '../../shared/errors';

/** A write without the table's name. */
type Put = Omit<PutCommandInput, 'TableName'>;
type Update = Omit<UpdateCommandInput, 'TableName' | 'Key'>;

/** The ledger's one table. Every change is a conditional write on one item; faults of DynamoDB are 503. */
export interface LedgerTable {
  /** A strongly consistent read, parsed; undefined when there is no such item. */
  get<T>(pk: string, schema: z.ZodType<T>): Promise<T | undefined>;
  /** False when the condition does not hold. */
  put(put: Put): Promise<boolean>;
  /** False when the condition does not hold. */
  update(pk: string, update: Update): Promise<boolean>;
}

/** The ledger in this DynamoDB table. */
export const ledgerTable = (dynamoDb: DynamoDBClient, tableName: string): LedgerTable => {
  const client = DynamoDBDocumentClient.from(dynamoDb, { marshallOptions: { removeUndefinedValues: true } });
  return {
    get: async (pk, schema) => {
      const { Item } = await guarded(
        client.send(new GetCommand({ TableName: tableName, Key: { pk }, ConsistentRead: true })),
      );
      return Item === undefined ? undefined : schema.parse(Item);
    },
    put: async (put) => conditional(client.send(new PutCommand({ TableName: tableName, ...put }))),
    update: async (pk, update) =>
      conditional(client.send(new UpdateCommand({ TableName: tableName, Key: { pk }, ...update }))),
  };
};

const conditional = async (write: Promise<unknown>): Promise<boolean> => {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw unavailable('The ledger', error);
  }
};

const guarded = async <T>(read: Promise<T>): Promise<T> => {
  try {
    return await read;
  } catch (error) {
    throw unavailable('The ledger', error);
  }
};
