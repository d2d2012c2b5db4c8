import { InvalidAudioError } from './audio-structure';

/** A page of an OGG file; positions are offsets in the file. */
export interface OggPage {
  /** Its number, from 0, by its place in the file. */
  readonly index: number;
  /** The sizes of its segments, one byte each: less than 255 ends a packet. */
  readonly segments: Uint8Array;
  readonly start: number;
  readonly bodyStart: number;
  readonly end: number;
  readonly isContinued: boolean;
  readonly isFirst: boolean;
  readonly isLast: boolean;
  /** Samples played when its last packet has ended; undefined when no packet ends on it. */
  readonly granule: number | undefined;
  readonly serial: number;
  readonly sequence: number;
}

const headerBytes = 27;

/**
 * Reads the page at `offset`. Throws `InvalidAudioError` where none starts, where the file ends before the page does,
 * or for a position that is no count of samples.
 *
 * @see https://www.rfc-editor.org/rfc/rfc3533#section-6
 */
export const readOggPage = (file: Buffer, offset: number, index: number): OggPage => {
  const missing = file.length < offset + headerBytes ? offset + headerBytes - file.length : 0;
  if (missing === 0 && (file.toString('latin1', offset, offset + 4) !== 'OggS' || file[offset + 4] !== 0))
    throw new InvalidAudioError(
      `The OGG has something else than a page at byte ${offset}. Send a complete OGG recording.`,
    );
  const segmentCount = file[offset + 26] ?? 0;
  const bodyStart = offset + headerBytes + segmentCount;
  const segments = file.subarray(offset + headerBytes, bodyStart);
  const end = segments.reduce((sum, segment) => sum + segment, bodyStart);
  if (missing > 0 || end > file.length)
    throw new InvalidAudioError(
      `The OGG is truncated: it ends in page ${index + 1}, after ${file.length} bytes. Send a complete recording.`,
    );
  const flags = file[offset + 5] ?? 0;
  return {
    index,
    segments,
    start: offset,
    bodyStart,
    end,
    isContinued: (flags & 1) !== 0,
    isFirst: (flags & 2) !== 0,
    isLast: (flags & 4) !== 0,
    granule: granuleAt(file, offset + 6),
    serial: file.readUInt32LE(offset + 14),
    sequence: file.readUInt32LE(offset + 18),
  };
};

const granuleAt = (file: Buffer, offset: number): number | undefined => {
  const granule = file.readBigInt64LE(offset);
  if (granule === -1n) return undefined;
  if (granule < 0n || granule > BigInt(Number.MAX_SAFE_INTEGER))
    throw new InvalidAudioError(
      `The OGG has a page at the impossible sample ${granule.toString()}. Export the recording again and resend it.`,
    );
  return Number(granule);
};
