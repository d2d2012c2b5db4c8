import type { PageSound } from './ogg-packets';

/**
 * Returns how many samples a stream has: those in its packets, less what the pages' positions cut off. The first page
 * may cut off up to `maxEarlySamples`, and the last page any number. If a page between them has fewer samples by its
 * position than in its packets, the positions are wrong, and nothing is cut off.
 */
export const oggLength = (sounds: readonly PageSound[], maxEarlySamples: number): number => {
  const pages = sounds.filter(({ packets }) => packets > 0);
  const packetSamples = pages.reduce((sum, { samples }) => sum + samples, 0);
  const [first] = pages;
  const last = pages.at(-1);
  if (first === undefined || last === undefined) return 0;
  const earlySamples = first === last ? 0 : Math.max(0, first.samples - (first.page.granule ?? Infinity));
  if (earlySamples > maxEarlySamples || hasShortPosition(pages)) return packetSamples;
  return packetSamples - earlySamples - lateSamples(last, pages.at(-2));
};

/** Returns whether a page between the first and the last counts less, by the positions, than its packets contain. */
const hasShortPosition = (pages: readonly PageSound[]): boolean =>
  pages.slice(1, -1).some(({ page, samples }, index) => {
    const previous = pages[index]?.page.granule;
    return page.granule !== undefined && previous !== undefined && page.granule - previous < samples;
  });

/** Returns the samples of the last page that lie after its end position. */
const lateSamples = ({ page, samples }: PageSound, previousPage: PageSound | undefined): number => {
  const previous = previousPage === undefined ? 0 : previousPage.page.granule;
  if (!page.isLast || page.granule === undefined || previous === undefined) return 0;
  const playedSamples = page.granule - previous;
  return playedSamples > 0 && playedSamples < samples ? samples - playedSamples : 0;
};
