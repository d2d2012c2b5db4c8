import { BatchGetCommand, GetCommand, paginateQuery } from '@aws-sdk/lib-dynamodb';
import type * as z from 'zod';
import type { Installation } from './installation';

/** Returns the key of a ledger item. */
export const itemKey = (kind: string, id: string): string => `${kind.toUpperCase()}#${id}`;

/** Reads an item by its key with strong consistency. Returns undefined if it does not exist. */
export const readItem = async <T>(
  { clients, table }: Pick<Installation, 'clients' | 'table'>,
  pk: string,
  schema: z.ZodType<T>,
): Promise<T | undefined> => {
  const { Item } = await clients.dynamoDb.send(new GetCommand({ TableName: table, Key: { pk }, ConsistentRead: true }));
  return Item === undefined ? undefined : schema.parse(Item);
};

/** Maximum number of keys per BatchGetItem request. */
const keysPerRequest = 100;

/** Reads items by their keys with strong consistency. Omits items that do not exist. Keys may repeat. */
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
 * Yields every item of a kind that expires at `fromS` (unix seconds) or later, soonest expiry first. Reads are
 * eventually consistent.
 */
export const listItems = <T>(
  installation: Installation,
  kind: string,
  schema: z.ZodType<T>,
  fromS = 0,
): AsyncIterable<T> => itemsByExpiry(installation, kind, schema, { fromS, isNewestFirst: false });

/** Yields every item of a kind, latest expiry first. Reads are eventually consistent. */
export const listNewest = <T>(installation: Installation, kind: string, schema: z.ZodType<T>): AsyncIterable<T> =>
  itemsByExpiry(installation, kind, schema, { fromS: 0, isNewestFirst: true });

const itemsByExpiry = async function* <T>(
  { clients, table }: Installation,
  kind: string,
  schema: z.ZodType<T>,
  { fromS, isNewestFirst }: { readonly fromS: number; readonly isNewestFirst: boolean },
): AsyncIterable<T> {
  const query = {
    TableName: table,
    IndexName: 'by-kind',
    KeyConditionExpression: 'kind = :kind AND expires_at >= :from',
    ExpressionAttributeValues: { ':kind': kind, ':from': fromS },
    ScanIndexForward: !isNewestFirst,
  };
  for await (const { Items = [] } of paginateQuery({ client: clients.dynamoDb }, query))
    yield* Items.map((item) => schema.parse(item));
};
