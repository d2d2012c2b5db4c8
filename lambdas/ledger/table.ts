import { setTimeout as sleep } from 'node:timers/promises';
import {
  type AttributeValue,
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { PutCommandInput, UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { dynamoDbClient } from '../aws/clients';
import { AwsUnavailable, unavailable } from '../platform/errors';
import { type IndexEntry, type ItemFilter, itemsOf, listEntries } from './by-kind';

/** The input of a write, without the table's name. */
type PutInput = Omit<PutCommandInput, 'TableName'>;
type UpdateInput = Omit<UpdateCommandInput, 'TableName' | 'Key'>;

/**
 * The ledger's only table. Every change is a conditional write to one item. All methods throw AwsUnavailable when
 * DynamoDB fails.
 */
export interface LedgerTable {
  /** Reads and parses an item with strong consistency. Returns undefined if it does not exist. */
  get<T>(pk: string, schema: z.ZodType<T>): Promise<T | undefined>;
  /**
   * Reads up to 100 items in one strongly consistent request, unparsed. Omits items that do not exist. If DynamoDB
   * leaves some out, asks for those again, at most three times within 0.2 s.
   */
  getMany(pks: readonly string[]): Promise<ReadonlyMap<string, unknown>>;
  /** Writes an item. Returns false if the condition does not hold. */
  put(put: PutInput): Promise<boolean>;
  /**
   * Updates an item. Returns `refused-after-retry` if the condition does not hold but an earlier try got no response,
   * so its write may have succeeded.
   */
  tryUpdate(pk: string, update: UpdateInput): Promise<'written' | 'refused' | 'refused-after-retry'>;
  /** Updates an item. Returns false if the condition does not hold. */
  update(pk: string, update: UpdateInput): Promise<boolean>;
  /** Updates an item and returns the result. Returns undefined if the condition does not hold. */
  updateAndRead<T>(pk: string, update: UpdateInput, schema: z.ZodType<T>): Promise<T | undefined>;
  /**
   * Lists the index entries of a kind, soonest expiry first, page by page. The index is eventually consistent: where it
   * matters, read the item by its key.
   */
  listEntries(kind: string, only?: ItemFilter): AsyncIterable<IndexEntry>;
  /**
   * Lists the same items whole: finds them in the index, then reads 100 at a time with strong consistency. Omits those
   * that were deleted meanwhile or that the filter selects no more. May miss items of the last second.
   */
  listItems<T>(kind: string, schema: z.ZodType<T>, only?: ItemFilter): AsyncIterable<T>;
  /** Deletes an item. A missing item counts as deleted. */
  remove(pk: string): Promise<void>;
}

/** Creates the ledger on this DynamoDB table. */
export const ledgerTable = (dynamoDb: DynamoDBClient, tableName: string): LedgerTable => ({
  get: async (pk, schema) => {
    const command = new GetItemCommand({ TableName: tableName, Key: keyOf(pk), ConsistentRead: true });
    const { Item } = await dynamoDb.send(command).catch(notRead);
    return Item === undefined ? undefined : schema.parse(unmarshall(Item));
  },
  getMany: (pks) => getMany(dynamoDb, tableName, pks),
  put: async ({ Item, ExpressionAttributeValues, ...put }) =>
    conditional(
      dynamoDb.send(
        new PutItemCommand({
          ...put,
          ...valuesOf(ExpressionAttributeValues),
          TableName: tableName,
          Item: marshalled(Item ?? {}),
        }),
      ),
    ),
  update: async (pk, change) => conditional(dynamoDb.send(new UpdateItemCommand(updateOf(tableName, pk, change)))),
  tryUpdate: (pk, change) => tried(dynamoDb.send(new UpdateItemCommand(updateOf(tableName, pk, change)))),
  updateAndRead: async (pk, change, schema) => {
    const command = new UpdateItemCommand({ ...updateOf(tableName, pk, change), ReturnValues: 'ALL_NEW' });
    const result = await dynamoDb.send(command).catch(undefinedIfRefused);
    return result === undefined ? undefined : schema.parse(unmarshall(result.Attributes ?? {}));
  },
  remove: async (pk) => {
    await dynamoDb.send(new DeleteItemCommand({ TableName: tableName, Key: keyOf(pk) })).catch(notWritten);
  },
  listEntries: (kind, only = {}) => listEntries(dynamoDb, tableName, kind, only),
  listItems: async function* (kind, schema, only = {}) {
    const entries = listEntries(dynamoDb, tableName, kind, only);
    const readMany = (pks: readonly string[]) => getMany(dynamoDb, tableName, pks);
    for await (const found of itemsOf(entries, readMany, only)) yield schema.parse(found);
  },
});

type Attributes = Record<string, AttributeValue>;

/** Writes values as DynamoDB's API has them. Fields that are undefined are left out. */
const marshalled = (values: Readonly<Record<string, unknown>>): Attributes =>
  marshall(values, { removeUndefinedValues: true });

const keyOf = (pk: string): Attributes => ({ pk: { S: pk } });

const valuesOf = (values: Readonly<Record<string, unknown>> | undefined): { ExpressionAttributeValues?: Attributes } =>
  values === undefined ? {} : { ExpressionAttributeValues: marshalled(values) };

const updateOf = (tableName: string, pk: string, { ExpressionAttributeValues, ...change }: UpdateInput) => ({
  ...change,
  ...valuesOf(ExpressionAttributeValues),
  TableName: tableName,
  Key: keyOf(pk),
});

const item = z.looseObject({ pk: z.string() });

/** How often DynamoDB is asked for the items that it leaves out of a batch. */
const batchTries = 4;

/** How long the second try waits, in milliseconds. Each later one waits twice as long. */
const firstPauseMs = 25;

const getMany = async (
  client: DynamoDBClient,
  tableName: string,
  pks: readonly string[],
): Promise<ReadonlyMap<string, unknown>> => {
  const items = new Map<string, unknown>();
  let keys = [...new Set(pks)].map(keyOf);
  for (let tries = 1; tries <= batchTries; tries += 1) {
    const requested = { [tableName]: { Keys: keys, ConsistentRead: true } };
    const answer = await client.send(new BatchGetItemCommand({ RequestItems: requested })).catch(notRead);
    const found = z.array(item).parse((answer.Responses?.[tableName] ?? []).map((each) => unmarshall(each)));
    for (const each of found) items.set(each.pk, each);
    keys = answer.UnprocessedKeys?.[tableName]?.Keys ?? [];
    if (keys.length === 0) return items;
    if (tries < batchTries) await sleep(firstPauseMs * 2 ** (tries - 1));
  }
  throw new AwsUnavailable('DynamoDB', 'finish a batch read of the ledger', undefined);
};

const tried = async (write: Promise<unknown>): Promise<'written' | 'refused' | 'refused-after-retry'> => {
  try {
    await write;
    return 'written';
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) return notWritten(error);
    return (error.$metadata.attempts ?? 1) > 1 ? 'refused-after-retry' : 'refused';
  }
};

const notRead = unavailable('DynamoDB', 'read the ledger');
const notWritten = unavailable('DynamoDB', 'write to the ledger');

const conditional = async (write: Promise<unknown>): Promise<boolean> => (await tried(write)) === 'written';

const undefinedIfRefused = (error: unknown): undefined => {
  if (error instanceof ConditionalCheckFailedException) return undefined;
  return notWritten(error);
};

/** The part of a function's environment that gives it the ledger. */
export const ledgerPart = {
  variables: { LEDGER_TABLE: z.string().min(1) },
  build: (env: { readonly LEDGER_TABLE: string }, dynamoDb = dynamoDbClient()): LedgerTable =>
    ledgerTable(dynamoDb, env.LEDGER_TABLE),
};
