import type { MpegFrame } from './mpeg-frame';

/** A hostile excerpt of this size costs any reader a few milliseconds. */
const maxBytes = 16_384;
/** An excerpt with fewer bytes is too short to find frames in. */
const enoughBytes = 512;
/** The bytes that music-metadata reads after the side information. It loses its place if a frame is shorter. */
const readAheadBytes = 4;

/** Consecutive frames of an MP3. Positions are offsets in the file. */
export interface Mp3Excerpt {
  readonly start: number;
  readonly end: number;
  readonly frames: number;
  readonly bitRateKbps: number;
  readonly samples: number;
  readonly sampleRateHz: number;
  readonly hasConstantBitRate: boolean;
}

/** Returns the excerpt after the frame at `offset`: extended, restarted from it, or unchanged if complete. */
export const withFrame = (
  excerpt: Mp3Excerpt | undefined,
  frame: MpegFrame,
  offset: number,
): Mp3Excerpt | undefined => {
  if (frame.sizeBytes < frame.sideInfoEnd + readAheadBytes) return excerpt;
  const end = offset + frame.sizeBytes;
  const { bitRateKbps, samples, sampleRateHz } = frame;
  const isGapless = excerpt?.end === offset && excerpt.sampleRateHz === sampleRateHz;
  if (excerpt === undefined || (!isGapless && excerpt.end - excerpt.start < enoughBytes))
    return { start: offset, end, frames: 1, bitRateKbps, samples, sampleRateHz, hasConstantBitRate: true };
  if (!isGapless || end - excerpt.start > maxBytes) return excerpt;
  const hasConstantBitRate = excerpt.hasConstantBitRate && bitRateKbps === excerpt.bitRateKbps;
  return { ...excerpt, end, frames: excerpt.frames + 1, hasConstantBitRate };
};
