import { GetCommand, paginateQuery } from '@aws-sdk/lib-dynamodb';
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
