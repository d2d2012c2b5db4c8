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

/** Reads items by their keys, by default with strong consistency. Omits items that do not exist. Keys may repeat. */
export const readItems = async <T>(
  { clients, table }: Installation,
  keys: readonly string[],
  schema: z.ZodType<T>,
  ConsistentRead = true,
): Promise<Map<string, T>> => {
  const found = new Map<string, T>();
  let wanted = [...new Set(keys)];
  while (wanted.length > 0) {
    const asked = { Keys: wanted.slice(0, keysPerRequest).map((pk) => ({ pk })), ConsistentRead };
    const { Responses = {}, UnprocessedKeys = {} } = await clients.dynamoDb.send(
      new BatchGetCommand({ RequestItems: { [table]: asked } }),
    );
    (Responses[table] ?? []).forEach((item) => found.set(String(item['pk']), schema.parse(item)));
    const left = UnprocessedKeys[table]?.Keys ?? [];
    wanted = [...left.map(({ pk }) => String(pk)), ...wanted.slice(keysPerRequest)];
  }
  return found;
};

/** Which items of a kind are listed, and in which order. */
export interface Listing {
  /** Lists items that expire at this time (unix seconds) or later. @default all */
  readonly fromS?: number;
  /** Omits items in this state. */
  readonly exceptState?: string;
  /** Lists the latest expiry first. @default the soonest */
  readonly isNewestFirst?: boolean;
}

/**
 * Yields the items of a kind, by their expiry. Finds them in the index, which has only their keys and a few attributes,
 * and reads them by their keys, 100 at a time. Reads are eventually consistent.
 */
export const listItems = async function* <T>(
  installation: Installation,
  kind: string,
  schema: z.ZodType<T>,
  { fromS = 0, exceptState, isNewestFirst = false }: Listing = {},
): AsyncIterable<T> {
  const query = {
    TableName: installation.table,
    IndexName: 'by-kind',
    KeyConditionExpression: 'kind = :kind AND expires_at >= :from',
    ...(exceptState !== undefined && {
      FilterExpression: 'attribute_not_exists(#state) OR #state <> :state',
      ExpressionAttributeNames: { '#state': 'state' },
    }),
    ExpressionAttributeValues: { ':kind': kind, ':from': fromS, ':state': exceptState },
    ScanIndexForward: !isNewestFirst,
  };
  for await (const { Items = [] } of paginateQuery({ client: installation.clients.dynamoDb }, query)) {
    const keys = Items.map(({ pk }) => String(pk));
    for (let from = 0; from < keys.length; from += keysPerRequest) {
      const some = keys.slice(from, from + keysPerRequest);
      const items = await readItems(installation, some, schema, false);
      yield* some.flatMap((key) => items.get(key) ?? []);
    }
  }
};
