import * as z from 'zod';
import { itemKey } from './aggregate';
import type { ItemFilter } from './by-kind';
import type { LedgerTable } from './table';

const heldItem = z.looseObject({
  pk: z.string(),
  caller_hash: z.string().nullish(),
  caller_hashes: z.array(z.string()).optional(),
});

/** An item as stored in the ledger, without its writers' markers; sets become lists. */
export type HeldItem = z.infer<typeof heldItem>;

/** Reads raw items of the ledger, for people with a right to see them. All methods throw 503 when DynamoDB fails. */
export interface HeldItems {
  /** Lists the matching items of a kind. May miss items of the last second. */
  list(kind: string, only: ItemFilter): AsyncIterable<HeldItem>;
  /** Lists the keys of the matching items of a kind. Reads are eventually consistent. */
  listKeys(kind: string, only: ItemFilter): AsyncIterable<string>;
  /** Reads up to 100 items. Omits items that do not exist. */
  readMany(kind: string, ids: readonly string[]): Promise<readonly HeldItem[]>;
}

/** Creates the reader of raw items in this ledger. */
export const heldItems = (table: LedgerTable): HeldItems => ({
  list: async function* (kind, only) {
    for await (const item of table.listItems(kind, heldItem, only)) yield readable(item);
  },
  listKeys: async function* (kind, only) {
    for await (const { pk } of table.listEntries(kind, only)) yield pk;
  },
  readMany: async (kind, ids) => {
    if (ids.length === 0) return [];
    const items = await table.getMany(ids.map((id) => itemKey(kind, id)));
    return [...items.values()].map((item) => readable(heldItem.parse(item)));
  },
});

const readable = (item: HeldItem): HeldItem =>
  heldItem.parse(
    Object.fromEntries(
      Object.entries(item)
        .filter(([name]) => !name.startsWith('nonce_'))
        .map(([name, value]) => [name, value instanceof Set ? [...value] : value]),
    ),
  );
