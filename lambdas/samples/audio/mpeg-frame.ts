/** The header of an MPEG audio layer III frame. */
export interface MpegFrame {
  readonly sizeBytes: number;
  readonly bitRateKbps: number;
  /** Samples per channel. */
  readonly samples: number;
  readonly sampleRateHz: number;
  readonly channels: 1 | 2;
  /** Bytes from the start of the frame to where an encoder may put a header about the whole file. */
  readonly sideInfoEnd: number;
}

const headerBytes = 4;
const bitRatesKbps = {
  mpeg1: [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  mpeg2: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
};
const sideInfoBytes = { mpeg1: { mono: 17, stereo: 32 }, mpeg2: { mono: 9, stereo: 17 } };
/** Sample rates by the two version bits: MPEG 2.5, reserved, 2, 1. */
const sampleRatesHz = [[11_025, 12_000, 8_000], [], [22_050, 24_000, 16_000], [44_100, 48_000, 32_000]];

/**
 * Returns the frame with its header at `offset`, or undefined if there is none. The frame may extend beyond the end of
 * the file. Excludes free-format frames, whose size no header gives.
 *
 * @see https://www.mp3-tech.org/programmer/frame_header.html
 */
export const mpegFrameAt = (file: Uint8Array, offset: number): MpegFrame | undefined => {
  const second = file[offset + 1] ?? 0;
  const isLayer3 = file[offset] === 0xff && (second & 0xe6) === 0xe2;
  if (!isLayer3) return undefined;
  const third = file[offset + 2] ?? 0;
  const isMpeg1 = (second & 0x18) === 0x18;
  const sampleRateHz = sampleRatesHz[(second & 0x18) >> 3]?.[(third & 0x0c) >> 2];
  const bitRateKbps = bitRatesKbps[isMpeg1 ? 'mpeg1' : 'mpeg2'][third >> 4];
  if (sampleRateHz === undefined || !bitRateKbps) return undefined;
  const isMono = (file[offset + 3] ?? 0) >> 6 === 3;
  const samples = isMpeg1 ? 1152 : 576;
  const padding = (third & 0x02) >> 1;
  return {
    sizeBytes: Math.floor((samples * 125 * bitRateKbps) / sampleRateHz) + padding,
    bitRateKbps,
    samples,
    sampleRateHz,
    channels: isMono ? 1 : 2,
    sideInfoEnd: headerBytes + sideInfoBytes[isMpeg1 ? 'mpeg1' : 'mpeg2'][isMono ? 'mono' : 'stereo'],
  };
};

/** Returns whether two frames can follow each other in one recording: they have one MPEG version and sample rate. */
export const isSameKind = (one: MpegFrame, other: MpegFrame): boolean => one.sampleRateHz === other.sampleRateHz;

const shortestFreeFrameBytes = 24;
const longestFreeFrameBytes = 5_760;
/** Masks version, layer and protection; bit rate and sample rate without padding; and the channel mode. */
const headerMask = [0xff, 0xff, 0xfc, 0xc0];

/**
 * Returns whether at least three free-format frames follow each other from `offset`. Their bit rate is 0, and they have
 * one size, except for a byte of padding.
 */
export const freeFormatRunAt = (file: Uint8Array, offset: number): boolean => {
  const second = file[offset + 1] ?? 0;
  const third = file[offset + 2] ?? 0;
  const isFree = file[offset] === 0xff && (second & 0xe6) === 0xe2 && (third & 0xf0) === 0;
  const hasRate = (second & 0x18) !== 0x08 && (third & 0x0c) !== 0x0c;
  if (!isFree || !hasRate) return false;
  const isAlike = (at: number): boolean =>
    headerMask.every((mask, n) => ((file[at + n] ?? 0) & mask) === ((file[offset + n] ?? 0) & mask));
  for (let size = shortestFreeFrameBytes; size <= longestFreeFrameBytes; size += 1) {
    if (!isAlike(offset + size)) continue;
    // Either of the two sizes may include a byte of padding.
    const thirdFrame = offset + 2 * size;
    if (isAlike(thirdFrame - 1) || isAlike(thirdFrame) || isAlike(thirdFrame + 1)) return true;
  }
  return false;
};
