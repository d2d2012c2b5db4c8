/** The rate in Hz at which Opus counts and decodes. */
export const opusRateHz = 48_000;
/** The longest duration of a packet, 120 ms, in samples per channel. */
export const maxOpusPacketSamples = 5_760;
const samplesPerMs = 48;
const maxFrameBytes = 1_275;

/**
 * Returns the duration of the Opus packet from `start` to `end`, in samples at 48 kHz. Returns 0 for a packet that no
 * decoder accepts.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6716#section-3.4
 */
export const opusPacketSamples = (file: Uint8Array, start: number, end: number): number => {
  if (end <= start) return 0;
  const toc = file[start] ?? 0;
  const code = toc & 3;
  const frames = code === 3 ? (file[start + 1] ?? 0) & 0x3f : code === 0 ? 1 : 2;
  const samples = frameSamples(toc >> 3) * frames;
  return samples <= maxOpusPacketSamples && frames > 0 && holdsFrames(file, { code, frames, start: start + 1, end })
    ? samples
    : 0;
};

/** Returns the samples of a frame. Config 0 to 11 is SILK, 12 to 15 hybrid, 16 to 31 CELT. */
const frameSamples = (config: number): number => {
  if (config >= 16) return (2.5 * samplesPerMs) << (config & 3);
  if (config >= 12) return (config & 1 ? 20 : 10) * samplesPerMs;
  return ([10, 20, 40, 60][config & 3] ?? 0) * samplesPerMs;
};

interface Frames {
  readonly code: number;
  readonly frames: number;
  readonly start: number;
  readonly end: number;
}

/** Returns whether the frame sizes match the packet. */
const holdsFrames = (file: Uint8Array, { code, frames, start, end }: Frames): boolean => {
  if (code === 0) return end - start <= maxFrameBytes;
  if (code === 1) return isEvenlySplit(end - start, 2);
  if (code === 2) return holdsSizedFrames(file, start, end, 1);
  if (start >= end) return false;
  const flags = file[start] ?? 0;
  const body = flags & 0x40 ? afterPadding(file, start + 1, end) : { start: start + 1, end };
  if (body === undefined) return false;
  return flags & 0x80
    ? holdsSizedFrames(file, body.start, body.end, frames - 1)
    : isEvenlySplit(body.end - body.start, frames);
};

const isEvenlySplit = (bytes: number, frames: number): boolean =>
  bytes >= 0 && bytes % frames === 0 && bytes / frames <= maxFrameBytes;

/** Checks sized frames. The sizes of all frames but the last come first. The last frame has the remaining bytes. */
const holdsSizedFrames = (file: Uint8Array, start: number, end: number, sizes: number): boolean => {
  let at = start;
  let sized = 0;
  for (let n = 0; n < sizes; n += 1) {
    const first = file[at] ?? 0;
    const isLong = first >= 252;
    sized += isLong ? first + 4 * (file[at + 1] ?? 0) : first;
    at += isLong ? 2 : 1;
    if (at > end) return false;
  }
  const last = end - at - sized;
  return last >= 0 && last <= maxFrameBytes;
};

/** Adds up the padding sizes byte by byte. 255 means 254 and another byte. */
const afterPadding = (file: Uint8Array, start: number, end: number): { start: number; end: number } | undefined => {
  let padding = 0;
  for (let at = start; at < end; at += 1) {
    const size = file[at] ?? 0;
    padding += Math.min(size, 254);
    if (size < 255) return at + 1 + padding > end ? undefined : { start: at + 1, end: end - padding };
  }
  return undefined;
};
