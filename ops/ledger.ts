import { BatchGetCommand, GetCommand, paginateQuery } from '@aws-sdk/lib-dynamodb';
import type * as z from 'zod';
import type { Installation } from './installation';

/** The key of an item of the ledger. */
export const itemKey = (kind: string, id: string): string => `${kind.toUpperCase()}#${id}`;

/** An item by its key, read consistently; undefined when there is none. */
export const readItem = async <T>(
  { clients, table }: Installation,
  pk: string,
  schema: z.ZodType<T>,
): Promise<T | undefined> => {
  const { Item } = await clients.dynamoDb.send(new GetCommand({ TableName: table, Key: { pk }, ConsistentRead: true }));
  return Item === undefined ? undefined : schema.parse(Item);
};

/** BatchGetItem takes no more keys than that. */
const keysPerRequest = 100;

/** Items by their keys, read consistently; those that do not exist are left out. Keys may repeat. */
export const readItems = async <T>(
  { clients, table }: Installation,
  keys: readonly string[],
  schema: z.ZodType<T>,
): Promise<Map<string, T>> => {
  const found = new Map<string, T>();
  let wanted = [...new Set(keys)];
  while (wanted.length > 0) {
    const asked = { Keys: wanted.slice(0, keysPerRequest).map((pk) => ({ pk })), ConsistentRead: true };
    const { Responses = {}, UnprocessedKeys = {} } = await clients.dynamoDb.send(
      new BatchGetCommand({ RequestItems: { [table]: asked } }),
    );
    (Responses[table] ?? []).forEach((item) => found.set(String(item['pk']), schema.parse(item)));
    const left = UnprocessedKeys[table]?.Keys ?? [];
    wanted = [...left.map(({ pk }) => String(pk)), ...wanted.slice(keysPerRequest)];
  }
  return found;
};

/**
 * Every item of a kind that expires at `fromS` (unix seconds) or later, soonest expiry first; eventually consistent.
 */
export const listItems = async function* <T>(
  { clients, table }: Installation,
  kind: string,
  schema: z.ZodType<T>,
  fromS = 0,
): AsyncIterable<T> {
  const query = {
    TableName: table,
    IndexName: 'by-kind',
    KeyConditionExpression: 'kind = :kind AND expires_at >= :from',
    ExpressionAttributeValues: { ':kind': kind, ':from': fromS },
  };
  for await (const { Items = [] } of paginateQuery({ client: clients.dynamoDb }, query))
    yield* Items.map((item) => schema.parse(item));
};
