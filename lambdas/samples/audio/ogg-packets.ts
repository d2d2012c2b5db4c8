import type { OggPage } from './ogg-page';

/** What the packets that end on a page contain. */
export interface PageSound {
  readonly page: OggPage;
  readonly samples: number;
  readonly packets: number;
  /** The size of the page's largest packet. */
  readonly largestBytes: number;
  /** Whether a packet without samples comes before one with samples, on this page or on an earlier one. */
  readonly followsBroken: boolean;
}

/**
 * Returns the samples that the packet from `start` to `end` adds. A long one may continue elsewhere after 255 bytes.
 */
export type PacketCounter = (file: Buffer, start: number, end: number) => number;

/**
 * Counts each page's samples by its packets. A packet counts for the page on which it ends. The rest of a packet that
 * began before the first page does not count.
 */
export const countOggPackets = (file: Buffer, pages: readonly OggPage[], samplesOf: PacketCounter): PageSound[] => {
  let start: number | undefined;
  let size = 0;
  let hasBroken = false;
  return pages.map((page) => {
    let at = page.bodyStart;
    let samples = 0;
    let packets = 0;
    let largestBytes = 0;
    let followsBroken = false;
    let isRest = page.isContinued && start === undefined;
    for (let segmentAt = page.segmentsStart; segmentAt < page.bodyStart; segmentAt += 1) {
      const segment = file[segmentAt] ?? 0;
      start ??= at;
      size += segment;
      at += segment;
      if (segment === 255) continue;
      const added = isRest || size === 0 ? 0 : samplesOf(file, start, start + size);
      if (!isRest) {
        hasBroken ||= added === 0;
        followsBroken ||= hasBroken && added > 0;
      }
      if (!isRest && size > 0) {
        samples += added;
        packets += 1;
        largestBytes = Math.max(largestBytes, size);
      }
      isRest = false;
      start = undefined;
      size = 0;
    }
    if (isRest) start = undefined;
    return { page, samples, packets, largestBytes, followsBroken };
  });
};

/** The packets that end on these consecutive pages, and whether another one continues after them. */
export interface SplitPackets {
  readonly packets: readonly Buffer[];
  readonly isOpen: boolean;
}

/** Splits the content of consecutive pages into packets. The first may be the rest of a packet from an earlier page. */
export const packetsOn = (file: Buffer, pages: readonly OggPage[]): SplitPackets => {
  const body = Buffer.concat(pages.map((page) => file.subarray(page.bodyStart, page.end)));
  const packets: Buffer[] = [];
  let start = 0;
  let end = 0;
  for (const page of pages)
    for (let at = page.segmentsStart; at < page.bodyStart; at += 1) {
      const segment = file[at] ?? 0;
      end += segment;
      if (segment === 255) continue;
      packets.push(body.subarray(start, end));
      start = end;
    }
  return { packets, isOpen: end > start };
};
