import type { PageSound } from './ogg-packets';

/**
 * Returns how many samples a stream has: those in its packets, less what the pages' positions cut off. The first page
 * may cut off up to `maxEarly` samples, and the last page any number. If a page between them has fewer samples by its
 * position than in its packets, the positions are wrong, and nothing is cut off.
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
