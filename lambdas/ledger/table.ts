import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  type PutCommandInput,
  QueryCommand,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
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
export const ledgerTable = (dynamoDb: DynamoDBClient, tableName: string): LedgerTable => {
  const client = DynamoDBDocumentClient.from(dynamoDb, { marshallOptions: { removeUndefinedValues: true } });
  return {
    get: async (pk, schema) => {
      const command = new GetCommand({ TableName: tableName, Key: { pk }, ConsistentRead: true });
      const { Item } = await client.send(command).catch(notRead);
      return Item === undefined ? undefined : schema.parse(Item);
    },
    getMany: (pks) => getMany(client, tableName, pks),
    put: async (put) => conditional(client.send(new PutCommand({ TableName: tableName, ...put }))),
    update: async (pk, update) =>
      conditional(client.send(new UpdateCommand({ TableName: tableName, Key: { pk }, ...update }))),
    tryUpdate: (pk, update) => tried(client.send(new UpdateCommand({ TableName: tableName, Key: { pk }, ...update }))),
    updated: async (pk, update, schema) => {
      const command = new UpdateCommand({ TableName: tableName, Key: { pk }, ReturnValues: 'ALL_NEW', ...update });
      const result = await client.send(command).catch(undefinedWhenRefused);
      return result === undefined ? undefined : schema.parse(result.Attributes);
    },
    remove: async (pk) => {
      await client.send(new DeleteCommand({ TableName: tableName, Key: { pk } })).catch(notWritten);
    },
    ofKind: (kind, schema, only = {}) => pages(client, tableName, { kind, ...only }, schema),
  };
};

const item = z.looseObject({ pk: z.string() });

const getMany = async (
  client: DynamoDBDocumentClient,
  tableName: string,
  pks: readonly string[],
): Promise<ReadonlyMap<string, unknown>> => {
  const wanted = { Keys: [...new Set(pks)].map((pk) => ({ pk })), ConsistentRead: true };
  const answer = await client.send(new BatchGetCommand({ RequestItems: { [tableName]: wanted } })).catch(notRead);
  if (Object.keys(answer.UnprocessedKeys ?? {}).length > 0)
    throw new AwsUnavailable('DynamoDB', 'finish a batch read of the ledger', undefined);
  const found = z.array(item).parse(answer.Responses?.[tableName] ?? []);
  return new Map(found.map((each) => [each.pk, each]));
};

const pages = async function* <T>(
  client: DynamoDBDocumentClient,
  tableName: string,
  { kind, untilS, callerHash }: ItemFilter & { readonly kind: string },
  schema: z.ZodType<T>,
): AsyncIterable<T> {
  let from: Record<string, unknown> | undefined;
  do {
    const query = new QueryCommand({
      TableName: tableName,
      IndexName: indexName,
      KeyConditionExpression: untilS === undefined ? 'kind = :kind' : 'kind = :kind AND expires_at <= :until',
      ...(callerHash !== undefined && {
        FilterExpression: 'caller_hash = :caller OR contains(caller_hashes, :caller)',
      }),
      ExpressionAttributeValues: { ':kind': kind, ':until': untilS, ':caller': callerHash },
      ExclusiveStartKey: from,
    });
    const page = await client.send(query).catch(notRead);
    yield* (page.Items ?? []).map((item) => schema.parse(item));
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
