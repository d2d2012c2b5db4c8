import type { KnownCaller } from '../ops/callers';
import type { KnownErasure } from '../ops/erasures';
import { counted } from './table';
import { moment } from './times';

/** Formats what is known of a caller. Shows the name only with `isPersonal`. */
export const describeCaller = (
  { hash, caller: known }: KnownCaller,
  { isPersonal = false }: { readonly isPersonal?: boolean } = {},
): string[] => {
  const { name, consent, enrolled, recent, reusable, calls, erased_at, expires_at } = known;
  const until = reusable === undefined ? '' : `${moment(reusable.valid_until * 1000)} UTC`;
  return [
    `Caller ${hash.slice(0, 16)}…`,
    `  name      ${isPersonal || name === undefined ? (name ?? 'none') : 'stored; see --personal'}`,
    `  consent   ${consent === undefined ? 'none known' : `${consent.state}, ${moment(consent.signed_at * 1000)} UTC`}`,
    `  enrolled  ${counted(enrolled.length, 'sample')}`,
    `  recent    ${counted(recent.length, 'sample')}`,
    `  voice     ${reusable === undefined ? 'none' : `${reusable.voice_id}, until ${until} at least`}`,
    `  calls     ${Object.keys(calls).join(', ') || 'none under way'}`,
    `  erased    ${erased_at === undefined ? 'no' : `at ${moment(erased_at * 1000)} UTC`}`,
    `  kept      until ${moment(expires_at * 1000)} UTC`,
  ];
};

/** Formats an erasure and its receipt: what was erased from each store, and what stays and why. */
export const describeErasure = ({ id, report }: KnownErasure): string[] => {
  if (report === undefined) return [`Erasure ${id}`, '  Its result is no longer kept.'];
  const { state, requested_at: requestedAtS, finished_at: finishedAtS, erased, receipt } = report;
  const end = finishedAtS === null ? state : `done at ${moment(finishedAtS * 1000)} UTC`;
  const head = [`Erasure ${id}`, `  requested at ${moment(requestedAtS * 1000)} UTC, ${end}`];
  if (receipt === null) return [...head, `  so far      ${countsIn(erased)}`];
  return [
    ...head,
    ...receipt.flatMap(({ store, erased: gone, stays }) => [
      `  ${store.padEnd(12)}erased: ${countsIn(gone)}`,
      ...stays.map(({ what, count, reason }) => {
        const stayed = `${count === null ? '' : `${count} `}${what.replaceAll('_', ' ')}`;
        return `  ${''.padEnd(12)}stays: ${stayed}. ${reason}`;
      }),
    ]),
  ];
};

const countsIn = (counts: Readonly<Partial<Record<string, number>>>): string =>
  Object.entries(counts)
    .filter(([, count]) => count !== undefined && count > 0)
    .map(([what, count]) => `${String(count)} ${what.replaceAll('_', ' ')}`)
    .join(', ') || 'nothing';
