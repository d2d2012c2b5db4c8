import type { PageSound } from './ogg-packets';

/**
 * The samples of a stream, as counted in its packets. Positions only trim: the last page may end before its packets
 * do, and a stream may begin up to `maxEarly` samples into its first page. Positions that count less than the packets
 * hold anywhere else are wrong, and trim nothing.
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

/** Whether a page's position is before the end of its packets, seen from the page before it. */
const countsLess =
  (filled: readonly PageSound[]) =>
  ({ page, samples }: PageSound, index: number): boolean => {
    const before = filled[index]?.page.granule;
    return page.granule !== undefined && before !== undefined && page.granule - before < samples;
  };

/** What the last page holds beyond the position at its end. */
const lateSamples = (filled: readonly PageSound[], { page, samples }: PageSound): number => {
  const before = filled.length === 1 ? 0 : filled.at(-2)?.page.granule;
  if (!page.isLast || page.granule === undefined || before === undefined) return 0;
  const gained = page.granule - before;
  return gained > 0 && gained < samples ? samples - gained : 0;
};
