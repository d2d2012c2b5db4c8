/** Sound to look at: samples from -1 to 1 of each channel. */
export interface Sound {
  readonly channels: number;
  readonly sampleRateHz: number;
  /** Samples of each channel. */
  readonly samples: number;
  readonly sampleAt: (channel: number, index: number) => number;
}

/** The levels of a recording, as far as it was looked at. Amplitudes are from 0 to 1, without the DC offset. */
export interface SoundLevels {
  /** The mean square of every 20 ms, of the loudest channel. */
  readonly powers: readonly number[];
  readonly channels: readonly ChannelLevels[];
}

/** What was found in one channel. */
export interface ChannelLevels {
  readonly samples: number;
  readonly peak: number;
  /** The mean of all samples, from -1 to 1. */
  readonly offset: number;
  /** Samples in runs of at least three at full scale. */
  readonly clipped: number;
}

const frameS = 0.02;
/** What is looked at costs some 10 ms of CPU. */
const maxSamples = 1_000_000;
const fullScale = 0.998;
const clippedRun = 3;

/**
 * Measures the levels in frames of 20 ms. Of a long recording it takes every second, third or nth frame, so that it
 * looks at a million samples at most.
 */
export const soundLevels = ({ channels, sampleRateHz, samples, sampleAt }: Sound): SoundLevels => {
  const frameSamples = Math.max(1, Math.round(sampleRateHz * frameS));
  const stride = Math.max(1, Math.ceil((samples * channels) / maxSamples));
  const found = Array.from({ length: channels }, () => ({ samples: 0, min: 1, max: -1, sum: 0, clipped: 0 }));
  const powers: number[] = [];
  for (let start = 0; start + frameSamples <= samples; start += frameSamples * stride) {
    let loudest = 0;
    for (const [channel, level] of found.entries()) {
      let sum = 0;
      let squares = 0;
      let run = 0;
      for (let index = start; index < start + frameSamples; index += 1) {
        const value = sampleAt(channel, index);
        sum += value;
        squares += value * value;
        if (value < level.min) level.min = value;
        if (value > level.max) level.max = value;
        run = value >= fullScale || value <= -fullScale ? run + 1 : 0;
        if (run >= clippedRun) level.clipped += run === clippedRun ? clippedRun : 1;
      }
      level.sum += sum;
      level.samples += frameSamples;
      loudest = Math.max(loudest, squares / frameSamples - (sum / frameSamples) ** 2);
    }
    powers.push(loudest);
  }
  return { powers, channels: found.map(channelLevels) };
};

const channelLevels = ({
  samples,
  min,
  max,
  sum,
  clipped,
}: {
  samples: number;
  min: number;
  max: number;
  sum: number;
  clipped: number;
}): ChannelLevels => {
  const offset = samples === 0 ? 0 : sum / samples;
  return { samples, offset, clipped, peak: samples === 0 ? 0 : Math.max(max - offset, offset - min) };
};
