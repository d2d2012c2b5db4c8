import { InvalidAudioError } from './audio-structure';
import { isOggChecksumRight } from './ogg-checksum';

/** A page of an OGG file. Positions are offsets in the file. */
export interface OggPage {
  /** The page's number in the file, from 0. */
  readonly index: number;
  /** The sizes of the page's segments, one byte each. A size below 255 ends a packet. */
  readonly segments: Uint8Array;
  readonly start: number;
  readonly bodyStart: number;
  readonly end: number;
  readonly isContinued: boolean;
  readonly isFirst: boolean;
  readonly isLast: boolean;
  /** The stream's position after the page's last packet. Undefined if no packet ends here, or it is not a position. */
  readonly granule: number | undefined;
  readonly serial: number;
  readonly sequence: number;
}

const headerBytes = 27;

/** Returns whether a page starts at `offset`. */
export const isOggPageAt = (file: Buffer, offset: number): boolean =>
  file[offset] === 0x4f && file.toString('latin1', offset, offset + 4) === 'OggS' && (file[offset + 4] ?? 0) === 0;

/**
 * Reads the page at `offset`. Throws `InvalidAudioError` if the file ends before the page does, or the checksum is
 * wrong.
 *
 * @see https://www.rfc-editor.org/rfc/rfc3533#section-6
 */
export const readOggPage = (file: Buffer, offset: number, index: number): OggPage => {
  const segmentCount = file[offset + 26] ?? 0;
  const bodyStart = offset + headerBytes + segmentCount;
  const segments = file.subarray(offset + headerBytes, bodyStart);
  const end = segments.reduce((sum, segment) => sum + segment, bodyStart);
  if (file.length < offset + headerBytes || end > file.length)
    throw new InvalidAudioError(
      `The OGG is truncated: it ends in page ${index + 1}, after ${file.length} bytes. Send a complete recording.`,
    );
  if (!isOggChecksumRight(file, offset, end))
    throw new InvalidAudioError(
      `The OGG is damaged: the checksum of page ${index + 1} is wrong. It was changed on its way or by a program. ` +
        'Send the file again, unchanged.',
    );
  const flags = file[offset + 5] ?? 0;
  const granule = file.readBigInt64LE(offset + 6);
  return {
    index,
    segments,
    start: offset,
    bodyStart,
    end,
    isContinued: (flags & 1) !== 0,
    isFirst: (flags & 2) !== 0,
    isLast: (flags & 4) !== 0,
    granule: granule < 0n || granule > BigInt(Number.MAX_SAFE_INTEGER) ? undefined : Number(granule),
    serial: file.readUInt32LE(offset + 14),
    sequence: file.readUInt32LE(offset + 18),
  };
};
