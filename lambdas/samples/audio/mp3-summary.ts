import type { MpegFrame } from './mpeg-frame';

/** An encoder's data about the whole file, in a first frame without audio. */
export interface Mp3Summary {
  /** Number of audio frames. Undefined if the header does not give it. */
  readonly frames: number | undefined;
  /** Whether the header also gives the size. All players rely on its frame count only then. */
  readonly hasSize: boolean;
  /** Samples that the encoder added at the start and the end. Players remove them. */
  readonly paddingSamples: number;
}

/**
 * Reads the Xing, Info or VBRI header of the frame at `offset`. The whole frame must be in the file. Returns undefined
 * for an audio frame.
 *
 * @see http://gabriel.mp3-tech.org/mp3infotag.html
 */
export const mp3SummaryIn = (file: Buffer, offset: number, frame: MpegFrame): Mp3Summary | undefined => {
  const body = file.subarray(offset, offset + frame.sizeBytes);
  return xing(body.subarray(frame.sideInfoEnd)) ?? vbri(body.subarray(vbriOffset));
};

/** The header follows 4 bytes of frame header and 32 more, whatever the frame. */
const vbriOffset = 36;

const xing = (header: Buffer): Mp3Summary | undefined => {
  const id = header.toString('latin1', 0, 4);
  if ((id !== 'Xing' && id !== 'Info') || header.length < 16) return undefined;
  const flags = header.readUInt32BE(4);
  const hasFrames = (flags & 1) !== 0;
  const hasSizeField = (flags & 2) !== 0;
  return {
    frames: hasFrames ? header.readUInt32BE(8) || undefined : undefined,
    hasSize: hasSizeField && header.readUInt32BE(hasFrames ? 12 : 8) > 0,
    paddingSamples: paddingAfter(header, flags),
  };
};

const encoders = ['LAME', 'Lavf', 'Lavc'];
/** Offset from the encoder's name to its delay and padding, 12 bits each. */
const delayAt = 21;

/** Returns the padding. The announced fields come first: frames, bytes, a table of 100 bytes, and the quality. */
const paddingAfter = (header: Buffer, flags: number): number => {
  const encoder = 8 + (flags & 1 ? 4 : 0) + (flags & 2 ? 4 : 0) + (flags & 4 ? 100 : 0) + (flags & 8 ? 4 : 0);
  const isKnown = encoders.includes(header.toString('latin1', encoder, encoder + 4));
  if (!isKnown || encoder + delayAt + 3 > header.length) return 0;
  const both = header.readUIntBE(encoder + delayAt, 3);
  return (both >> 12) + (both & 0xfff);
};

const vbri = (header: Buffer): Mp3Summary | undefined =>
  header.toString('latin1', 0, 4) === 'VBRI' && header.length >= 18
    ? { frames: header.readUInt32BE(14) || undefined, hasSize: false, paddingSamples: 0 }
    : undefined;
