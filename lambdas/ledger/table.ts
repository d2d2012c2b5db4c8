import {
  type AttributeValue,
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { PutCommandInput, UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { dynamoDbClient } from '../aws/clients';
import { AwsUnavailable, unavailable } from '../platform/errors';

/** The input of a write, without the table's name. */
type Put = Omit<PutCommandInput, 'TableName'>;
type Update = Omit<UpdateCommandInput, 'TableName' | 'Key'>;

/** Selects items of a kind; all given conditions must hold. */
export interface ItemFilter {
  /** Selects items that expire by this time, in unix seconds. */
  readonly untilS?: number | undefined;
  /** Selects items of this caller. DynamoDB still reads all items of the kind. */
  readonly callerHash?: string | undefined;
}

/**
 * The ledger's only table. Every change is a conditional write to one item. All methods throw AwsUnavailable when
 * DynamoDB fails.
 */
export interface LedgerTable {
  /** Reads and parses an item with strong consistency. Returns undefined if it does not exist. */
  get<T>(pk: string, schema: z.ZodType<T>): Promise<T | undefined>;
  /** Reads up to 100 items in one strongly consistent request, unparsed. Omits items that do not exist. */
  getMany(pks: readonly string[]): Promise<ReadonlyMap<string, unknown>>;
  /** Writes an item. Returns false if the condition does not hold. */
  put(put: Put): Promise<boolean>;
  /**
   * Updates an item. Returns `refused-after-retry` if the condition does not hold but an earlier try got no response,
   * so its write may have succeeded.
   */
  tryUpdate(pk: string, update: Update): Promise<'written' | 'refused' | 'refused-after-retry'>;
  /** Updates an item. Returns false if the condition does not hold. */
  update(pk: string, update: Update): Promise<boolean>;
  /** Updates an item and returns the result. Returns undefined if the condition does not hold. */
  updated<T>(pk: string, update: Update, schema: z.ZodType<T>): Promise<T | undefined>;
  /**
   * Lists every item of a kind that has an expiry, soonest first, page by page. The index is eventually consistent, so
   * read an item again by its key where it matters.
   */
  ofKind<T>(kind: string, schema: z.ZodType<T>, only?: ItemFilter): AsyncIterable<T>;
  /** Deletes an item. A missing item counts as deleted. */
  remove(pk: string): Promise<void>;
}

/** The index of all items by kind and expiry. */
const indexName = 'by-kind';

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
  updated: async (pk, change, schema) => {
    const command = new UpdateItemCommand({ ...updateOf(tableName, pk, change), ReturnValues: 'ALL_NEW' });
    const result = await dynamoDb.send(command).catch(undefinedWhenRefused);
    return result === undefined ? undefined : schema.parse(unmarshall(result.Attributes ?? {}));
  },
  remove: async (pk) => {
    await dynamoDb.send(new DeleteItemCommand({ TableName: tableName, Key: keyOf(pk) })).catch(notWritten);
  },
  ofKind: (kind, schema, only = {}) => pages(dynamoDb, tableName, { kind, ...only }, schema),
});

type Attributes = Record<string, AttributeValue>;

/** Writes values as DynamoDB's API has them. Fields that are undefined are left out. */
const marshalled = (values: Readonly<Record<string, unknown>>): Attributes =>
  marshall(values, { removeUndefinedValues: true });

const keyOf = (pk: string): Attributes => ({ pk: { S: pk } });

const valuesOf = (values: Readonly<Record<string, unknown>> | undefined): { ExpressionAttributeValues?: Attributes } =>
  values === undefined ? {} : { ExpressionAttributeValues: marshalled(values) };

const updateOf = (tableName: string, pk: string, { ExpressionAttributeValues, ...change }: Update) => ({
  ...change,
  ...valuesOf(ExpressionAttributeValues),
  TableName: tableName,
  Key: keyOf(pk),
});

const item = z.looseObject({ pk: z.string() });

const getMany = async (
  client: DynamoDBClient,
  tableName: string,
  pks: readonly string[],
): Promise<ReadonlyMap<string, unknown>> => {
  const wanted = { Keys: [...new Set(pks)].map(keyOf), ConsistentRead: true };
  const answer = await client.send(new BatchGetItemCommand({ RequestItems: { [tableName]: wanted } })).catch(notRead);
  if (Object.keys(answer.UnprocessedKeys ?? {}).length > 0)
    throw new AwsUnavailable('DynamoDB', 'finish a batch read of the ledger', undefined);
  const found = z.array(item).parse((answer.Responses?.[tableName] ?? []).map((each) => unmarshall(each)));
  return new Map(found.map((each) => [each.pk, each]));
};

const pages = async function* <T>(
  client: DynamoDBClient,
  tableName: string,
  { kind, untilS, callerHash }: ItemFilter & { readonly kind: string },
  schema: z.ZodType<T>,
): AsyncIterable<T> {
  let from: Attributes | undefined;
  do {
    const query = new QueryCommand({
      TableName: tableName,
      IndexName: indexName,
      KeyConditionExpression: untilS === undefined ? 'kind = :kind' : 'kind = :kind AND expires_at <= :until',
      ...(callerHash !== undefined && {
        FilterExpression: 'caller_hash = :caller OR contains(caller_hashes, :caller)',
      }),
      ...valuesOf({ ':kind': kind, ':until': untilS, ':caller': callerHash }),
      ExclusiveStartKey: from,
    });
    const page = await client.send(query).catch(notRead);
    yield* (page.Items ?? []).map((item) => schema.parse(unmarshall(item)));
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
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

const conditional = async (write: Promise<unknown>): Promise<boolean> => {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    return notWritten(error);
  }
};

const undefinedWhenRefused = (error: unknown): undefined => {
  if (error instanceof ConditionalCheckFailedException) return undefined;
  return notWritten(error);
};

/** The part of a function's environment that gives it the ledger. */
export const ledgerPart = {
  variables: { LEDGER_TABLE: z.string().min(1) },
  build: (env: { readonly LEDGER_TABLE: string }, dynamoDb = dynamoDbClient()): LedgerTable =>
    ledgerTable(dynamoDb, env.LEDGER_TABLE),
};
