import { type AudioStructure, durationsAgree, inSeconds, InvalidAudioError } from './audio-structure';
import type { Mp3Excerpt } from './mp3-excerpt';
import { countMp3Frames } from './mp3-frames';
import { type Mp3Summary, mp3SummaryIn } from './mp3-summary';

/** So many frames of one bit rate, and readers take it for constant. */
const framesToInfer = 4;

/**
 * Counts the frames of an MP3 and holds the claims of its Xing, Info or VBRI header against them. The cross-check has
 * up to 16 KiB of consecutive frames, without tags. Throws `InvalidAudioError`.
 */
export const readMp3Structure = (file: Buffer): AudioStructure => {
  const { first, start, count, excerpt } = countMp3Frames(file);
  const { samples, sampleRateHz } = first;
  const inFrames = (frames: number): number => (frames * samples) / sampleRateHz;
  const summary = mp3SummaryIn(file, start, first);
  const durationS = inFrames(summary === undefined ? count : count - 1);
  const claimedS = summary?.frames === undefined ? undefined : inFrames(summary.frames);
  if (durationS === 0) throw new InvalidAudioError('The MP3 contains no audio. Send a complete recording.');
  if (claimedS !== undefined && !durationsAgree(claimedS, durationS))
    throw new InvalidAudioError(
      `The MP3's header claims ${inSeconds(claimedS)} and its frames last ${inSeconds(durationS)}: it ` +
        'is truncated or joined. Send a complete recording.',
    );
  const summarized = excerpt?.start === start ? summary : undefined;
  const tellableFrames = summarized === undefined ? framesToTell(excerpt) : framesTold(summarized);
  return {
    durationS,
    sampleRateHz,
    crossCheck: {
      bytes: excerpt === undefined ? Buffer.alloc(0) : file.subarray(excerpt.start, excerpt.end),
      durationS: tellableFrames === undefined ? undefined : inFrames(tellableFrames),
      sampleRateHz,
    },
  };
};

const framesTold = ({ hasSize, frames }: Mp3Summary): number | undefined => (hasSize ? frames : undefined);

/** Readers infer the duration from the size, which goes wrong as soon as the bit rate varies. */
const framesToTell = (excerpt: Mp3Excerpt | undefined): number | undefined =>
  excerpt?.hasConstantBitRate && excerpt.frames >= framesToInfer ? excerpt.frames : undefined;
