import { type AttributeValue, type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { inBatches } from '../platform/batches';
import { unavailable } from '../platform/errors';

/** The index of all items by kind and expiry. */
const indexName = 'by-kind';

/**
 * The attributes that the index projects besides its keys. Few writes change one of them without the expiry, so the
 * index costs few writes. lib/constructs/data/ledger.ts has the same list.
 */
const projected = {
  caller_hash: z.string().nullish(),
  caller_hashes: z.array(z.string()).optional(),
  state: z.string().optional(),
  ended_at: z.number().optional(),
};

/** The names of the attributes that the index projects besides its keys. */
export const projectedAttributes = Object.keys(projected);

const indexEntry = z.object({ pk: z.string(), expires_at: z.number(), ...projected });

/** What the index has of an item. All else is in the item alone. */
export type IndexEntry = z.infer<typeof indexEntry>;

/** Selects items of a kind by what the index has of them; all given conditions must hold. */
export interface ItemFilter {
  /** Selects items of this caller. DynamoDB still reads all entries of the kind. */
  readonly callerHash?: string | undefined;
  /** Omits items in this state. */
  readonly exceptState?: string | undefined;
  /** Omits conversations that have ended. */
  readonly withoutEnd?: boolean | undefined;
}

/** Returns whether the filter selects an item. */
const isSelected = (entry: IndexEntry, { callerHash, exceptState, withoutEnd = false }: ItemFilter): boolean =>
  (callerHash === undefined ||
    entry.caller_hash === callerHash ||
    entry.caller_hashes?.includes(callerHash) === true) &&
  (exceptState === undefined || entry.state !== exceptState) &&
  !(withoutEnd && entry.ended_at !== undefined);

/** Returns the part of a query that makes DynamoDB select the same items. */
const expressionOf = (kind: string, { callerHash, exceptState, withoutEnd = false }: ItemFilter) => {
  const filters = [
    ...(callerHash === undefined ? [] : ['(caller_hash = :caller OR contains(caller_hashes, :caller))']),
    ...(exceptState === undefined ? [] : ['(attribute_not_exists(#state) OR #state <> :state)']),
    ...(withoutEnd ? ['attribute_not_exists(ended_at)'] : []),
  ];
  const values = { ':kind': kind, ':caller': callerHash, ':state': exceptState };
  return {
    KeyConditionExpression: 'kind = :kind',
    ...(filters.length > 0 && { FilterExpression: filters.join(' AND ') }),
    ...(exceptState !== undefined && { ExpressionAttributeNames: { '#state': 'state' } }),
    ExpressionAttributeValues: marshall(values, { removeUndefinedValues: true }),
  };
};

/**
 * Lists the index entries of a kind, soonest expiry first, page by page. The index is eventually consistent. Throws
 * AwsUnavailable when DynamoDB fails.
 */
export const listEntries = async function* (
  client: DynamoDBClient,
  tableName: string,
  kind: string,
  only: ItemFilter,
): AsyncIterable<IndexEntry> {
  let from: Record<string, AttributeValue> | undefined;
  do {
    const query = { TableName: tableName, IndexName: indexName, ...expressionOf(kind, only), ExclusiveStartKey: from };
    const page = await client.send(new QueryCommand(query)).catch(unavailable('DynamoDB', 'read the ledger'));
    yield* (page.Items ?? []).map((entry) => indexEntry.parse(unmarshall(entry)));
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
};

/** The number of items that DynamoDB reads in one request. */
const itemsPerRead = 100;

/**
 * Reads the items of these entries with strong consistency, 100 at a time, in their order. Omits items that were
 * deleted since or that the filter selects no more. Throws what `getMany` throws.
 */
export const itemsOf = async function* (
  entries: AsyncIterable<IndexEntry>,
  getMany: (pks: readonly string[]) => Promise<ReadonlyMap<string, unknown>>,
  only: ItemFilter,
): AsyncIterable<unknown> {
  for await (const batch of inBatches(entries, itemsPerRead)) {
    const items = await getMany(batch.map(({ pk }) => pk));
    for (const { pk } of batch) {
      const item = items.get(pk);
      if (item !== undefined && isSelected(indexEntry.parse(item), only)) yield item;
    }
  }
};
