import { InvalidAudioError } from './audio-structure';
import { hasValidOggChecksum } from './ogg-checksum';

/** A page of an OGG file. Positions are offsets in the file. */
export interface OggPage {
  /** The page's number in the file, from 0. */
  readonly index: number;
  readonly start: number;
  /** The sizes of the page's segments follow, one byte each, up to the body. A size below 255 ends a packet. */
  readonly segmentsStart: number;
  readonly bodyStart: number;
  readonly end: number;
  /** How many packets end on the page. */
  readonly packetsEnding: number;
  /** Whether the last packet continues on the next page. */
  readonly isOpen: boolean;
  readonly isContinued: boolean;
  readonly isFirst: boolean;
  readonly isLast: boolean;
  /** The stream's position after the page's last packet. Undefined if no packet ends here, or it is not a position. */
  readonly granule: number | undefined;
  readonly serial: number;
  readonly sequence: number;
}

const headerBytes = 27;
/** The offset of the flags in a page, and the flag that marks the last page. */
const flagsAt = 5;
const lastPageFlag = 4;

/** Returns whether a page starts at `offset`. */
export const isOggPageAt = (file: Buffer, offset: number): boolean =>
  file[offset] === 0x4f &&
  file[offset + 1] === 0x67 &&
  file[offset + 2] === 0x67 &&
  file[offset + 3] === 0x53 &&
  (file[offset + 4] ?? 0) === 0;

/**
 * Reads the page at `offset`. Throws `InvalidAudioError` if the file ends before the page does, or the checksum is
 * wrong.
 *
 * @see https://www.rfc-editor.org/rfc/rfc3533#section-6
 */
export const readOggPage = (file: Buffer, offset: number, index: number): OggPage => {
  const segmentsStart = offset + headerBytes;
  const bodyStart = segmentsStart + (file[offset + 26] ?? 0);
  let end = bodyStart;
  let packetsEnding = 0;
  let last = 0;
  for (let at = segmentsStart; at < bodyStart; at += 1) {
    last = file[at] ?? 0;
    end += last;
    if (last < 255) packetsEnding += 1;
  }
  if (file.length < offset + headerBytes || end > file.length)
    throw new InvalidAudioError(
      `The OGG is truncated: it ends in page ${index + 1}, after ${file.length} bytes. Send a complete recording.`,
    );
  if (!hasValidOggChecksum(file, offset, end))
    throw new InvalidAudioError(
      `The OGG is damaged: the checksum of page ${index + 1} is wrong. It was changed on its way or by a program. ` +
        'Send the file again, unchanged.',
    );
  const flags = file[offset + flagsAt] ?? 0;
  return {
    index,
    start: offset,
    segmentsStart,
    bodyStart,
    end,
    packetsEnding,
    isOpen: last === 255,
    isContinued: (flags & 1) !== 0,
    isFirst: (flags & 2) !== 0,
    isLast: (flags & lastPageFlag) !== 0,
    granule: readGranule(file, offset + 6),
    serial: file.readUInt32LE(offset + 14),
    sequence: file.readUInt32LE(offset + 18),
  };
};

/** Copies a page and marks it as the last one. The checksum stays as it was. */
export const asLastPage = (file: Buffer, { start, end }: OggPage): Buffer => {
  const page = Buffer.from(file.subarray(start, end));
  page[flagsAt] = (page[flagsAt] ?? 0) | lastPageFlag;
  return page;
};

/** Copies a page without the mark of the last one. The checksum stays as it was. */
export const asEarlierPage = (file: Buffer, { start, end }: OggPage): Buffer => {
  const page = Buffer.from(file.subarray(start, end));
  page[flagsAt] = (page[flagsAt] ?? 0) & ~lastPageFlag;
  return page;
};

/** Reads a position. Larger and negative numbers are none. Without BigInt, because a file has up to 60,000 pages. */
const readGranule = (file: Buffer, offset: number): number | undefined => {
  const granule = file.readInt32LE(offset + 4) * 2 ** 32 + file.readUInt32LE(offset);
  return granule >= 0 && granule <= Number.MAX_SAFE_INTEGER ? granule : undefined;
};
