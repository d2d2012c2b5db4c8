import type { EncodedSound } from './encoded-sound';
import { framesPerMark, type Mp3Frames } from './mp3-frames';
import { type MpegFrame, mpegFrameAt } from './mpeg-frame';

/** A frame may use up to 511 bytes of the frames before it, which have at least this many of them without headers. */
const maxLeadFrames = 10;
const reservoirBytes = { mpeg1: 511, mpeg2: 255 };
const checksumBytes = 2;

/** The sound of an MP3 as a decoder takes it; undefined for recordings of several sample rates that are joined. */
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
      const [begin, end] = [frames[firstFrame - from - lead]?.start, frames.at(-1)?.end];
      const packets = begin === undefined || end === undefined ? [] : [file.subarray(begin, end)];
      return { packets, leadSamples: lead * samples };
    },
  };
};

interface Place {
  readonly start: number;
  readonly end: number;
}

/** So many frames from `start` on, or fewer where something else follows. */
const framesFrom = (file: Buffer, start: number, frames: number, like: MpegFrame): readonly Place[] => {
  const found: Place[] = [];
  for (let offset = start; found.length < frames;) {
    const frame = mpegFrameAt(file, offset);
    const isWhole = frame?.sampleRateHz === like.sampleRateHz && offset + frame.sizeBytes <= file.length;
    if (!isWhole) break;
    found.push({ start: offset, end: offset + frame.sizeBytes });
    offset += frame.sizeBytes;
  }
  return found;
};

/** Where so many frames from `start` on end, or where the last one ends before something else. */
const afterFrames = (file: Buffer, start: number, frames: number, like: MpegFrame): number =>
  framesFrom(file, start, frames, like).at(-1)?.end ?? start;

/**
 * How many of these frames the sound after them depends on: the last one, and those that hold bytes of it. One more is
 * added, because mpg123 does not keep the first one that it gets.
 */
const leadFrames = (frames: readonly Place[], { samples, sideInfoEnd }: MpegFrame): number => {
  const needed = samples === 1_152 ? reservoirBytes.mpeg1 : reservoirBytes.mpeg2;
  let held = 0;
  let lead = Math.min(1, frames.length);
  for (; lead < frames.length && held < needed; lead += 1) {
    const { start = 0, end = 0 } = frames[frames.length - 1 - lead] ?? {};
    held += end - start - sideInfoEnd - checksumBytes;
  }
  return Math.min(lead + 1, frames.length);
};
