import { erasure } from '../lambdas/callers/erasure/erasure';
import { type ErasurePage, erasurePage, referencesOn } from '../lambdas/callers/erasure/erasure-pages';
import { erasureReport, type ErasureReport } from '../lambdas/callers/erasure/erasure-report';
import { loggedRight, rightsLogPrefix } from '../lambdas/callers/logged-right';
import type { Installation } from './installation';
import { itemKey, readItem } from './ledger';
import { listObjects, readObject } from './objects';
import { variablesOf } from './variables';

/** An erasure of a caller. */
export interface KnownErasure {
  readonly id: string;
  /** Undefined if the ledger no longer has its result. */
  readonly report: ErasureReport | undefined;
}

/** How many entries of the log are read in parallel. */
const parallel = 8;

/**
 * Finds the newest erasure of a caller with one of these hashes, and its result. Reads the log of erasures since the
 * given time (unix milliseconds). Returns undefined if there is none.
 */
export const findErasure = async (
  installation: Installation,
  hashes: readonly string[],
  sinceMs: number,
): Promise<KnownErasure | undefined> => {
  const prefix = `${rightsLogPrefix}${new Date(sinceMs).toISOString().slice(0, 10)}`;
  const entries = (await listObjects(installation, rightsLogPrefix))
    .filter(({ key }) => key >= prefix && key.includes('/erasure-'))
    .sort((a, b) => b.storedAtMs - a.storedAtMs);
  for (let from = 0; from < entries.length; from += parallel) {
    const ids = await Promise.all(
      entries.slice(from, from + parallel).map(({ key }) => erasureIdIn(installation, key, hashes)),
    );
    const id = ids.find((each) => each !== undefined);
    if (id !== undefined) return { id, report: await reportOf(installation, id) };
  }
  return undefined;
};

/** Returns the id of the erasure that an entry is about, if it names one of these callers. */
const erasureIdIn = async (
  installation: Installation,
  key: string,
  hashes: readonly string[],
): Promise<string | undefined> => {
  const bytes = await readObject(installation, key);
  const entry = bytes === undefined ? undefined : loggedRight.parse(JSON.parse(bytes.toString('utf8')));
  const isOfCaller = entry?.caller_hashes.some((hash) => hashes.includes(hash)) ?? false;
  return isOfCaller ? /erasure-([0-9a-f]{32})\.json$/.exec(key)?.[1] : undefined;
};

const reportOf = async (installation: Installation, id: string): Promise<ErasureReport | undefined> => {
  const head = await readItem(installation, itemKey('erasure', id), erasure);
  if (head === undefined) return undefined;
  const pages: ErasurePage[] = [];
  for (;;) {
    const page = await readItem(installation, itemKey('erasure_page', `${id}.${pages.length}`), erasurePage);
    if (page === undefined) return erasureReport(head, referencesOn(pages), await backupDaysOf(installation));
    pages.push(page);
  }
};

/** Returns how long the table's backups are kept. Undefined if the stage was deployed before its functions knew it. */
const backupDaysOf = async (installation: Installation): Promise<number | undefined> => {
  const { BACKUP_DAYS: days } = await variablesOf(installation, 'ErasureStatus');
  return days === undefined ? undefined : Number(days);
};
