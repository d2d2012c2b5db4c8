import { type Erasure, erasure } from '../callers/erasure/erasure';
import {
  type CallerReferences,
  type ErasurePage,
  erasurePage,
  fillPage,
  type FoundReferences,
  newPages,
  reducePage,
  referencesOn,
  sealPages,
} from '../callers/erasure/erasure-pages';
import { type Aggregate, aggregate } from './aggregate';
import type { LedgerTable } from './table';

/** The ERASURE items and their pages. */
export interface Erasures extends Aggregate<Erasure> {
  /** Reads every page, in order. Throws 503 when DynamoDB fails. */
  pages(erasureId: string): Promise<readonly ErasurePage[]>;
  /**
   * Stores findings that the known pages lack on new pages, and returns all pages. Returns undefined, with nothing
   * added, if the pages are sealed. `references` saves rereading the known pages in a run over thousands of pages.
   * Throws 503 when DynamoDB fails.
   */
  append(
    { erasure_id, expires_at }: Pick<Erasure, 'erasure_id' | 'expires_at'>,
    known: readonly ErasurePage[],
    found: FoundReferences,
    references?: CallerReferences,
  ): Promise<readonly ErasurePage[] | undefined>;
  /** Appends the last page. Returns false if another run has added a page meanwhile. Throws 503 when DynamoDB fails. */
  seal(of: Pick<Erasure, 'erasure_id' | 'expires_at'>, known: readonly ErasurePage[]): Promise<boolean>;
  /** Reduces every page to what the report names. May be repeated. Throws 503 when DynamoDB fails. */
  reduce(erasureId: string): Promise<void>;
}

/** The number of pages to read in parallel first. Most erasures have fewer pages. */
const firstPagesAtOnce = 4;

/** How many pages are read in parallel at most. */
const maxPagesAtOnce = 32;

/** Creates the store of erasures in this ledger. */
export const erasures = (table: LedgerTable): Erasures => {
  const heads = aggregate(table, { kind: 'erasure', schema: erasure });
  const items = aggregate(table, { kind: 'erasure_page', schema: erasurePage });
  const pagesFrom = (erasureId: string, first: number): Promise<readonly ErasurePage[]> =>
    readPages((number) => items.read(`${erasureId}.${first + number}`));
  return {
    ...heads,
    pages: (erasureId) => pagesFrom(erasureId, 0),
    append: async ({ erasure_id, expires_at }, known, found, references = referencesOn(known)) => {
      let pages = known;
      let unwritten = newPages(found, references);
      for (;;) {
        const [next, ...later] = unwritten;
        if (isSealed(pages)) return undefined;
        if (next === undefined) return pages;
        if (await items.write(`${erasure_id}.${pages.length}`, fillPage(next, expires_at))) {
          pages = [...pages, { state: 'filled', references: next }];
          unwritten = later;
        } else {
          // Another run has added pages meanwhile.
          pages = [...pages, ...(await pagesFrom(erasure_id, pages.length))];
          unwritten = newPages(found, referencesOn(pages));
        }
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

/** Reads all pages up to the first one that does not exist. */
const readPages = async (
  read: (number: number) => Promise<ErasurePage | undefined>,
): Promise<readonly ErasurePage[]> => {
  const pages: ErasurePage[] = [];
  let pagesAtOnce = firstPagesAtOnce;
  for (;;) {
    const first = pages.length;
    const batch = await Promise.all(Array.from({ length: pagesAtOnce }, (_page, index) => read(first + index)));
    for (const page of batch) {
      if (page === undefined) return pages;
      pages.push(page);
    }
    pagesAtOnce = Math.min(2 * pagesAtOnce, maxPagesAtOnce);
  }
};

const isSealed = (pages: readonly ErasurePage[]): boolean => pages.at(-1)?.state === 'sealed';
