import * as z from 'zod';
import { itemKey } from './aggregate';
import type { ItemFilter, LedgerTable } from './table';

const heldItem = z.looseObject({
  pk: z.string(),
  caller_hash: z.string().nullish(),
  caller_hashes: z.array(z.string()).optional(),
});

/** An item as the ledger holds it, without the marks of its writers; sets are lists. */
export type HeldItem = z.infer<typeof heldItem>;

/** What the ledger holds, unread: for those who have a right to see it. Everything throws 503. */
export interface HeldItems {
  /** The items of a kind that match; eventually consistent. */
  list(kind: string, only: ItemFilter): AsyncIterable<HeldItem>;
  /** Those of these items that exist. At most 100. */
  readMany(kind: string, ids: readonly string[]): Promise<readonly HeldItem[]>;
}

/** The items of this ledger. */
export const heldItems = (table: LedgerTable): HeldItems => ({
  list: async function* (kind, only) {
    for await (const item of table.ofKind(kind, heldItem, only)) yield readable(item);
  },
  readMany: async (kind, ids) => {
    if (ids.length === 0) return [];
    const found = await table.getMany(ids.map((id) => itemKey(kind, id)));
    return [...found.values()].map((item) => readable(heldItem.parse(item)));
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
