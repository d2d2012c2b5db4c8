import type { EncodedSound } from './encoded-sound';
import { framesPerMark, type Mp3Frames } from './mp3-frames';
import { type MpegFrame, mpegFrameAt } from './mpeg-frame';

/** A frame may use up to 511 bytes of the frames before it, and overlaps with the last one. */
const leadFrames = 10;

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
      const from = Math.max(0, firstFrame - leadFrames);
      const mark = marks[Math.floor(from / framesPerMark)] ?? file.length;
      const start = afterFrames(file, mark, from % framesPerMark, first);
      const end = afterFrames(file, start, Math.ceil((endS * sampleRateHz) / samples) - from, first);
      const packets = end > start ? [file.subarray(start, end)] : [];
      return { packets, leadSamples: (firstFrame - from) * samples };
    },
  };
};

/** Where so many frames from `start` on end, or where the last one ends before something else. */
const afterFrames = (file: Buffer, start: number, frames: number, like: MpegFrame): number => {
  let offset = start;
  for (let n = 0; n < frames; n += 1) {
    const frame = mpegFrameAt(file, offset);
    const isWhole = frame?.sampleRateHz === like.sampleRateHz && offset + frame.sizeBytes <= file.length;
    if (!isWhole) break;
    offset += frame.sizeBytes;
  }
  return offset;
};
