import type { OggPage } from './ogg-page';

/** What a page's packets hold: those that end on it. */
export interface PageSound {
  readonly page: OggPage;
  readonly samples: number;
  readonly packets: number;
  /** The size of its largest packet. */
  readonly largestBytes: number;
}

/** Says how many samples the packet from `start` to `end` adds; a long packet may go on elsewhere after 255 bytes. */
export type PacketCounter = (file: Buffer, start: number, end: number) => number;

/**
 * Counts the samples of every page by its packets. A packet counts for the page that it ends on. What is left of a
 * packet that began before the first page counts for nothing.
 */
export const countOggPackets = (file: Buffer, pages: readonly OggPage[], samplesOf: PacketCounter): PageSound[] => {
  let start: number | undefined;
  let size = 0;
  return pages.map((page) => {
    let at = page.bodyStart;
    let samples = 0;
    let packets = 0;
    let largestBytes = 0;
    let isRest = page.isContinued && start === undefined;
    for (const segment of page.segments) {
      start ??= at;
      size += segment;
      at += segment;
      if (segment === 255) continue;
      if (!isRest && size > 0) {
        samples += samplesOf(file, start, start + size);
        packets += 1;
        largestBytes = Math.max(largestBytes, size);
      }
      isRest = false;
      start = undefined;
      size = 0;
    }
    if (isRest) start = undefined;
    return { page, samples, packets, largestBytes };
  });
};
