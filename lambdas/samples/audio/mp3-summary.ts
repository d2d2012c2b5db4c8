import type { MpegFrame } from './mpeg-frame';

/** What an encoder says of the whole file in a first frame without sound. */
export interface Mp3Summary {
  /** Number of audio frames; undefined if the header does not give it. */
  readonly frames: number | undefined;
  /** Whether the header also gives the size. Only then do all players rely on its frame count. */
  readonly hasSize: boolean;
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

/** 4 bytes of frame header and 32 more, whatever the frame. */
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
  };
};

const vbri = (header: Buffer): Mp3Summary | undefined =>
  header.toString('latin1', 0, 4) === 'VBRI' && header.length >= 18
    ? { frames: header.readUInt32BE(14) || undefined, hasSize: false }
    : undefined;
