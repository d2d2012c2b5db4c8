/** Audio to measure: samples from -1 to 1 of each channel. */
export interface Sound {
  readonly channels: number;
  readonly sampleRateHz: number;
  /** Samples per channel. */
  readonly samples: number;
  /** Fills `into` with a channel's samples, from `start`. */
  readonly read: (channel: number, start: number, into: Float32Array) => void;
}

/** The levels of the measured part of a recording. Amplitudes are from 0 to 1, without the DC offset. */
export interface SoundLevels {
  /** The mean square of each 20 ms, in the loudest channel. */
  readonly powers: readonly number[];
  readonly channels: readonly ChannelLevels[];
}

/** The levels of one channel. */
export interface ChannelLevels {
  readonly samples: number;
  readonly peak: number;
  /** The mean of all samples, from -1 to 1. */
  readonly offset: number;
  /** Samples in runs of at least three at full scale. */
  readonly clipped: number;
}

const frameS = 0.02;
/** The most samples that are measured: some 10 s of speech in parts of 20 ms. They cost about 2 ms of CPU. */
const maxSamples = 250_000;
const fullScale = 0.998;
const clippedRun = 3;

/**
 * Measures the levels in frames of 20 ms. For a long recording, measures every second, third or nth frame, up to
 * 250,000 samples in total.
 */
export const soundLevels = ({ channels, sampleRateHz, samples, read }: Sound): SoundLevels => {
  const frameSamples = Math.max(1, Math.round(sampleRateHz * frameS));
  const stride = Math.max(1, Math.ceil((samples * channels) / maxSamples));
  const found = Array.from({ length: channels }, () => ({ samples: 0, min: 1, max: -1, sum: 0, clipped: 0 }));
  const frame = new Float32Array(frameSamples);
  const powers: number[] = [];
  for (let start = 0; start + frameSamples <= samples; start += frameSamples * stride) {
    let loudest = 0;
    for (const [channel, level] of found.entries()) {
      read(channel, start, frame);
      loudest = Math.max(loudest, addFrame(level, frame));
    }
    powers.push(loudest);
  }
  return { powers, channels: found.map(channelLevels) };
};

interface Level {
  samples: number;
  min: number;
  max: number;
  sum: number;
  clipped: number;
}

/** Adds a frame to its channel's levels. Returns the frame's mean square without its own offset. */
const addFrame = (level: Level, frame: Float32Array): number => {
  let { min, max, clipped } = level;
  let sum = 0;
  let squares = 0;
  let run = 0;
  // This loop covers up to 250,000 samples. Before it is optimised, an iterator takes three times as long.
  for (let index = 0; index < frame.length; index += 1) {
    const value = frame[index] ?? 0;
    sum += value;
    squares += value * value;
    if (value < min) min = value;
    if (value > max) max = value;
    run = value >= fullScale || value <= -fullScale ? run + 1 : 0;
    if (run >= clippedRun) clipped += run === clippedRun ? clippedRun : 1;
  }
  Object.assign(level, { min, max, clipped, sum: level.sum + sum, samples: level.samples + frame.length });
  return squares / frame.length - (sum / frame.length) ** 2;
};

const channelLevels = ({ samples, min, max, sum, clipped }: Level): ChannelLevels => {
  const offset = samples === 0 ? 0 : sum / samples;
  return { samples, offset, clipped, peak: samples === 0 ? 0 : Math.max(max - offset, offset - min) };
};
