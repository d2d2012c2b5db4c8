import {
  type Erasure,
  erasure,
  type ErasurePage,
  erasurePage,
  fillPage,
  type FoundReferences,
  newPages,
  reducePage,
  referencesOn,
  sealPages,
} from '../callers/erasure/erasure';
import { type Aggregate, aggregate } from './aggregate';
import type { LedgerTable } from './table';

/** The ERASURE items and their pages. */
export interface Erasures extends Aggregate<Erasure> {
  /** Every page, the first one first. Throws 503. */
  pages(erasureId: string): Promise<readonly ErasurePage[]>;
  /**
   * Makes what was found durable on new pages, as far as these known pages don't have it. All pages then; undefined
   * when the pages are sealed, so that nothing was added. Throws 503.
   */
  append(
    { erasure_id, expires_at }: Pick<Erasure, 'erasure_id' | 'expires_at'>,
    known: readonly ErasurePage[],
    found: FoundReferences,
  ): Promise<readonly ErasurePage[] | undefined>;
  /** Appends the last page. Returns false if another pass has added a page meanwhile. Throws 503. */
  seal(of: Pick<Erasure, 'erasure_id' | 'expires_at'>, known: readonly ErasurePage[]): Promise<boolean>;
  /** Leaves on every page what the report names. May be repeated. Throws 503. */
  reduce(erasureId: string): Promise<void>;
}

/** The erasures of this ledger. */
export const erasures = (table: LedgerTable): Erasures => {
  const heads = aggregate(table, { kind: 'erasure', schema: erasure });
  const items = aggregate(table, { kind: 'erasure_page', schema: erasurePage });
  const pagesFrom = async (erasureId: string, first: number): Promise<readonly ErasurePage[]> => {
    const pages: ErasurePage[] = [];
    for (;;) {
      const page = await items.read(`${erasureId}.${first + pages.length}`);
      if (page === undefined) return pages;
      pages.push(page);
    }
  };
  return {
    ...heads,
    pages: (erasureId) => pagesFrom(erasureId, 0),
    append: async ({ erasure_id, expires_at }, known, found) => {
      let all = known;
      for (;;) {
        if (isSealed(all)) return undefined;
        const [next] = newPages(found, referencesOn(all));
        if (next === undefined) return all;
        const isWritten = await items.write(`${erasure_id}.${all.length}`, fillPage(next, expires_at));
        all = [
          ...all,
          ...(isWritten ? [{ state: 'filled', references: next } as const] : await pagesFrom(erasure_id, all.length)),
        ];
      }
    },
    seal: async ({ erasure_id, expires_at }, known) =>
      items.write(`${erasure_id}.${known.length}`, sealPages(expires_at)),
    reduce: async (erasureId) => {
      const pages = await pagesFrom(erasureId, 0);
      for (const number of pages.keys()) await items.write(`${erasureId}.${number}`, reducePage);
    },
  };
};

const isSealed = (pages: readonly ErasurePage[]): boolean => pages.at(-1)?.state === 'sealed';
