import type { EncodedSound } from './encoded-sound';
import { framesPerMark, type Mp3Frames } from './mp3-frames';
import { type MpegFrame, mpegFrameAt } from './mpeg-frame';

/** A frame may use up to 511 bytes of earlier frames. This many frames contain that many bytes without headers. */
const maxLeadFrames = 10;
const reservoirBytes = { mpeg1: 511, mpeg2: 255 };
const checksumBytes = 2;

/** Returns an MP3's audio in a decoder's format. Returns undefined for joined recordings of several sample rates. */
export const mp3Sound = (file: Buffer, { first, counts, marks }: Mp3Frames): EncodedSound | undefined => {
  if (counts.size !== 1) return undefined;
  const { channels, sampleRateHz, samples } = first;
  return {
    codec: 'mp3',
    channels,
    sampleRateHz,
    gain: 1,
    windowOf: ({ startS, endS }) => {
      const firstFrame = Math.floor((startS * sampleRateHz) / samples);
      const from = Math.max(0, firstFrame - maxLeadFrames);
      const mark = marks[Math.floor(from / framesPerMark)] ?? file.length;
      const start = afterFrames(file, mark, from % framesPerMark, first);
      const frames = framesFrom(file, start, Math.ceil((endS * sampleRateHz) / samples) - from, first);
      const lead = leadFrames(frames.slice(0, firstFrame - from), first);
      const begin = frames[firstFrame - from - lead]?.start;
      const end = frames.at(-1)?.end;
      const packets = begin === undefined || end === undefined ? [] : [file.subarray(begin, end)];
      return { packets, leadSamples: lead * samples };
    },
  };
};

/** The offsets of a frame in the file. */
interface Place {
  readonly start: number;
  readonly end: number;
}

/** Returns this many frames from `start`, or fewer if other data follows. */
const framesFrom = (file: Buffer, start: number, frames: number, like: MpegFrame): readonly Place[] => {
  const places: Place[] = [];
  for (let offset = start; places.length < frames;) {
    const frame = mpegFrameAt(file, offset);
    const isWhole = frame?.sampleRateHz === like.sampleRateHz && offset + frame.sizeBytes <= file.length;
    if (!isWhole) break;
    places.push({ start: offset, end: offset + frame.sizeBytes });
    offset += frame.sizeBytes;
  }
  return places;
};

/** Returns where this many frames from `start` end, or where the last frame before other data ends. */
const afterFrames = (file: Buffer, start: number, frames: number, like: MpegFrame): number =>
  framesFrom(file, start, frames, like).at(-1)?.end ?? start;

/**
 * Counts the frames that later audio depends on: the last one, and earlier ones with bytes that it uses. Adds one more,
 * because mpg123 drops the first frame that it gets.
 */
const leadFrames = (frames: readonly Place[], { samples, sideInfoEnd }: MpegFrame): number => {
  const neededBytes = samples === 1_152 ? reservoirBytes.mpeg1 : reservoirBytes.mpeg2;
  let heldBytes = 0;
  let lead = Math.min(1, frames.length);
  for (; lead < frames.length && heldBytes < neededBytes; lead += 1) {
    const { start = 0, end = 0 } = frames[frames.length - 1 - lead] ?? {};
    heldBytes += end - start - sideInfoEnd - checksumBytes;
  }
  return Math.min(lead + 1, frames.length);
};
