import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  ScanCommand,
  type AttributeValue,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import type { DeployedTable } from '../stack/deployed-stack';

/** An item in the format of DynamoDB's low-level API. */
type Item = Record<string, AttributeValue>;

/** A table with a time to live. */
export type ExpiringTable = DeployedTable & { readonly ttlAttribute: string };

/** DynamoDB ignores expiries that are further in the past, because they are probably in milliseconds or a mistake. */
const MAX_OVERDUE_S = 5 * 365 * 24 * 3600;

/**
 * Finds all items whose expiry, a number of unix seconds, has passed.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/howitworks-ttl.html
 */
export const findExpired = async (
  dynamo: DynamoDBClient,
  table: ExpiringTable,
  now: Date,
): Promise<readonly Item[]> => {
  const nowS = Math.floor(now.getTime() / 1000);
  const expired: Item[] = [];
  let startKey: Item | undefined;
  do {
    const page = await dynamo.send(
      new ScanCommand({
        TableName: table.name,
        FilterExpression: '#ttl <= :now AND #ttl > :oldest',
        ExpressionAttributeNames: { '#ttl': table.ttlAttribute },
        ExpressionAttributeValues: { ':now': { N: String(nowS) }, ':oldest': { N: String(nowS - MAX_OVERDUE_S) } },
        ExclusiveStartKey: startKey,
        ConsistentRead: true,
      }),
    );
    expired.push(...(page.Items ?? []));
    startKey = page.LastEvaluatedKey;
  } while (startKey !== undefined);
  return expired;
};

/**
 * Deletes an expired item unless its expiry changed since it was read. Resolves with the deleted item, or undefined if
 * none was deleted.
 */
export const deleteExpired = async (
  dynamo: DynamoDBClient,
  table: ExpiringTable,
  item: Item,
): Promise<Item | undefined> => {
  const key = Object.fromEntries(Object.entries(item).filter(([name]) => table.keyNames.includes(name)));
  const seen = item[table.ttlAttribute];
  if (seen === undefined) return undefined;
  try {
    const { Attributes } = await dynamo.send(
      new DeleteItemCommand({
        TableName: table.name,
        Key: key,
        ConditionExpression: '#ttl = :seen',
        ExpressionAttributeNames: { '#ttl': table.ttlAttribute },
        ExpressionAttributeValues: { ':seen': seen },
        ReturnValues: 'ALL_OLD',
      }),
    );
    return Attributes;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
};
