import { type AudioStructure, durationsAgree, inSeconds, InvalidAudioError } from './audio-structure';
import type { Mp3Excerpt } from './mp3-excerpt';
import { countMp3Frames, type Mp3Frames } from './mp3-frames';
import { mp3Sound } from './mp3-sound';
import { type Mp3Summary, mp3SummaryIn } from './mp3-summary';
import { id3v2TagsEnd } from './mp3-tags';

/** Readers take the bit rate as constant after this many frames of one bit rate. */
const framesToInfer = 4;

/**
 * Counts the frames of an MP3 and compares them with its Xing, Info or VBRI header. Subtracts the samples that the
 * encoder added, if the header gives them. The sample rate is the lowest of joined recordings. The cross-check has up
 * to 16 KiB of consecutive frames, without tags. Throws `InvalidAudioError` if the MP3 is not valid.
 */
export const readMp3Structure = (file: Buffer): AudioStructure => {
  const frames = countMp3Frames(file);
  const { first, start, counts, excerpt } = frames;
  const summary = mp3SummaryIn(file, start, first);
  const frameS = first.samples / first.sampleRateHz;
  const countedS = secondsIn(counts) - (summary === undefined ? 0 : frameS);
  const claimedS = summary?.frames === undefined ? undefined : summary.frames * frameS;
  if (claimedS !== undefined && countedS > 0 && !durationsAgree(claimedS, countedS))
    throw new InvalidAudioError(
      `The MP3's header claims ${inSeconds(claimedS)} and its frames last ${inSeconds(countedS)}: it ` +
        `is ${countedS < claimedS ? 'truncated' : 'joined from several'}. Send a complete recording, or let a ` +
        'program write it anew: ffmpeg -i recording.mp3 -b:a 128k sample.mp3',
    );
  // Players look for the header right after the tags. If stray bytes precede it, they subtract nothing.
  const isPaddingRemoved = summary !== undefined && start === id3v2TagsEnd(file);
  const durationS = countedS - (isPaddingRemoved ? summary.paddingSamples : 0) / first.sampleRateHz;
  const encoded = mp3Sound(file, frames);
  if (durationS <= 0) throw new InvalidAudioError('The MP3 contains no audio. Send a complete recording.');
  return {
    durationS,
    sampleRateHz: Math.min(...counts.keys()),
    crossCheck: {
      bytes: excerpt === undefined ? Buffer.alloc(0) : file.subarray(excerpt.start, excerpt.end),
      durationS: readersDurationS(excerpt, excerpt?.start === start ? summary : undefined),
      sampleRateHz: (excerpt ?? first).sampleRateHz,
    },
    ...(encoded !== undefined && { encoded }),
  };
};

const secondsIn = (counts: Mp3Frames['counts']): number =>
  [...counts].reduce((sum, [sampleRateHz, { frames, samples }]) => sum + (frames * samples) / sampleRateHz, 0);

/**
 * Returns the duration that readers find in the excerpt: from a summary with a size, otherwise inferred from the
 * excerpt's size. A variable bit rate makes the inferred value wrong.
 */
const readersDurationS = (excerpt: Mp3Excerpt | undefined, summary: Mp3Summary | undefined): number | undefined => {
  if (excerpt === undefined) return undefined;
  const inferredFrames = excerpt.hasConstantBitRate && excerpt.frames >= framesToInfer ? excerpt.frames : undefined;
  const summaryFrames = summary?.hasSize === true ? summary.frames : undefined;
  const frames = summary === undefined ? inferredFrames : summaryFrames;
  return frames === undefined ? undefined : (frames * excerpt.samples) / excerpt.sampleRateHz;
};
