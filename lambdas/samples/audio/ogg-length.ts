import type { PageSound } from './ogg-packets';

/**
 * Counts a stream's samples by its packets. Positions only trim. The last page may end before its packets do. A stream
 * may begin up to `maxEarly` samples into its first page. If any other position counts less than the packets contain,
 * positions are wrong and trim nothing.
 */
export const oggLength = (sounds: readonly PageSound[], maxEarly: number): number => {
  const filled = sounds.filter(({ packets }) => packets > 0);
  const held = filled.reduce((sum, { samples }) => sum + samples, 0);
  const [first] = filled;
  const last = filled.at(-1);
  if (first === undefined || last === undefined) return 0;
  const early = first === last ? 0 : Math.max(0, first.samples - (first.page.granule ?? Infinity));
  const isRight = early <= maxEarly && !filled.slice(1, -1).some(countsLess(filled));
  return isRight ? held - early - lateSamples(filled, last) : held;
};

/** Returns whether a page's position, relative to the page before it, is less than its packets contain. */
const countsLess =
  (filled: readonly PageSound[]) =>
  ({ page, samples }: PageSound, index: number): boolean => {
    const before = filled[index]?.page.granule;
    return page.granule !== undefined && before !== undefined && page.granule - before < samples;
  };

/** Returns the samples of the last page that lie after its end position. */
const lateSamples = (filled: readonly PageSound[], { page, samples }: PageSound): number => {
  const before = filled.length === 1 ? 0 : filled.at(-2)?.page.granule;
  if (!page.isLast || page.granule === undefined || before === undefined) return 0;
  const gained = page.granule - before;
  return gained > 0 && gained < samples ? samples - gained : 0;
};
