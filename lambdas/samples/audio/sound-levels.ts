import { addFrame, channelLevels, type ChannelLevels, type FrameLevel, startMeter } from './channel-meter';

/** Audio to measure: samples from -1 to 1 of each channel. */
export interface Sound {
  readonly channels: number;
  readonly sampleRateHz: number;
  /** Samples per channel. */
  readonly samples: number;
  /** The smallest difference between two amplitudes near 0, if it is more than that of 16 bits. */
  readonly step?: number;
  /** Whether a decoder made the samples. It moves the peaks of clipped audio. */
  readonly isDecoded?: boolean;
  /** Fills `into` with a channel's samples, from `start`. */
  readonly read: (channel: number, start: number, into: Float32Array) => void;
}

/** The levels of the measured part of a recording. Amplitudes are from 0 to 1, without the DC offset. */
export interface SoundLevels {
  /** Each 20 ms, in the loudest channel. */
  readonly frames: readonly FrameLevel[];
  readonly channels: readonly ChannelLevels[];
  readonly step: number;
  readonly isDecoded: boolean;
}

const frameS = 0.02;
/** The most samples that are measured: some 10 s of speech in parts of 20 ms. They cost about 3 ms of CPU. */
const maxSamples = 250_000;

/**
 * Measures the levels in frames of 20 ms. For a long recording, measures every second, third or nth frame, up to
 * 250,000 samples in total.
 */
export const soundLevels = (sound: Sound): SoundLevels => {
  const { channels, sampleRateHz, samples, read, step = 0, isDecoded = false } = sound;
  const frameSamples = Math.max(1, Math.round(sampleRateHz * frameS));
  const stride = Math.max(1, Math.ceil((samples * channels) / maxSamples));
  const meters = Array.from({ length: channels }, () => startMeter({ step, hasAmplitudes: isDecoded }));
  const frame = new Float32Array(frameSamples);
  const frames: FrameLevel[] = [];
  for (let start = 0; start + frameSamples <= samples; start += frameSamples * stride) {
    let loudest: FrameLevel = { power: 0, roughness: 0 };
    for (const [channel, meter] of meters.entries()) {
      read(channel, start, frame);
      const level = addFrame(meter, frame);
      if (level.power > loudest.power) loudest = level;
    }
    frames.push(loudest);
  }
  return { frames, channels: meters.map(channelLevels), step, isDecoded };
};
