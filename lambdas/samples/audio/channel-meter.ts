/** The level of 20 ms. */
export interface FrameLevel {
  /** The mean square. */
  readonly power: number;
  /** The mean square of the changes between samples, relative to the power: 2 for white noise, about 0.3 for speech. */
  readonly roughness: number;
}

/** The levels of one channel. Amplitudes are from 0 to 1. */
export interface ChannelLevels {
  readonly samples: number;
  /** The largest amplitude without the offset. */
  readonly peak: number;
  /** The mean square without the offset. */
  readonly power: number;
  /** The mean of all samples, from -1 to 1. */
  readonly offset: number;
  /** Samples in runs of at least three at the highest or lowest level of the recording. */
  readonly clipped: number;
  /** How many samples have which amplitude, in steps of 1/512 up to 4. Empty unless asked for. */
  readonly amplitudes: Uint32Array;
}

/** The running totals of a channel. */
export interface ChannelMeter {
  samples: number;
  min: number;
  max: number;
  sum: number;
  squares: number;
  readonly high: Plateau;
  readonly low: Plateau;
  readonly amplitudes: Uint32Array;
}

/** The highest level so far, in one direction, and the samples in runs at it. */
interface Plateau {
  top: number;
  counted: number;
  run: number;
}

/** The number of steps of `amplitudes` per full scale. */
export const amplitudeSteps = 512;
const maxAmplitude = 4;
/** The share of the highest level from which a sample counts as being at it. */
const plateauShare = 0.998;
const plateauRun = 3;
/** Quieter levels have such large steps, relatively, that runs at the highest one mean nothing. */
const lowestTops = { fine: 0.1, coarse: 0.95 };

/** How to measure a channel. */
export interface MeterOptions {
  /** The smallest step of amplitude near 0. 0 if it is 16 bits or finer. */
  readonly step: number;
  /** Whether to count the samples of each amplitude. */
  readonly hasAmplitudes: boolean;
}

/** Starts measuring a channel. */
export const startMeter = ({ step, hasAmplitudes }: MeterOptions): ChannelMeter => {
  const top = step > 0 ? lowestTops.coarse : lowestTops.fine;
  return {
    samples: 0,
    min: 1,
    max: -1,
    sum: 0,
    squares: 0,
    high: { top, counted: 0, run: 0 },
    low: { top, counted: 0, run: 0 },
    amplitudes: new Uint32Array(hasAmplitudes ? amplitudeSteps * maxAmplitude : 0),
  };
};

/** Adds a frame to its channel. Returns the frame's level without its own offset. */
export const addFrame = (meter: ChannelMeter, frame: Float32Array): FrameLevel => {
  const { high, low } = meter;
  let { min, max } = meter;
  let sum = 0;
  let squares = 0;
  let changes = 0;
  let before = frame[0] ?? 0;
  let highGate = high.top * plateauShare;
  let lowGate = -low.top * plateauShare;
  high.run = 0;
  low.run = 0;
  // This loop covers up to 250,000 samples. Before it is optimised, an iterator or a call takes three times as long.
  for (let index = 0; index < frame.length; index += 1) {
    const value = frame[index] ?? 0;
    sum += value;
    squares += value * value;
    const change = value - before;
    changes += change * change;
    before = value;
    if (value < min) min = value;
    if (value > max) max = value;
    if (value >= highGate) highGate = raise(high, value) * plateauShare;
    else if (value <= lowGate) lowGate = -raise(low, -value) * plateauShare;
    else if (high.run + low.run > 0) {
      high.run = 0;
      low.run = 0;
    }
  }
  // A voice swings. A whole frame at one level is a fault of another kind.
  for (const level of [high, low]) if (level.run >= frame.length) level.counted -= level.run;
  if (meter.amplitudes.length > 0) countAmplitudes(meter.amplitudes, frame);
  Object.assign(meter, { min, max, sum: meter.sum + sum, squares: meter.squares + squares });
  meter.samples += frame.length;
  const power = squares / frame.length - (sum / frame.length) ** 2;
  return { power, roughness: power > 0 ? changes / frame.length / power : 0 };
};

/** Adds a sample near the highest level so far. A higher level starts the count again. Returns the highest level. */
const raise = (level: Plateau, value: number): number => {
  if (value * plateauShare > level.top) Object.assign(level, { counted: 0, run: 0 });
  level.top = Math.max(level.top, value);
  level.run += 1;
  if (level.run >= plateauRun) level.counted += level.run === plateauRun ? plateauRun : 1;
  return level.top;
};

const countAmplitudes = (amplitudes: Uint32Array, frame: Float32Array): void => {
  for (const value of frame) {
    const bin = Math.min(amplitudes.length - 1, Math.floor(Math.abs(value) * amplitudeSteps));
    amplitudes[bin] = (amplitudes[bin] ?? 0) + 1;
  }
};

/** Returns the levels of all frames of a channel. */
export const channelLevels = ({
  samples,
  min,
  max,
  sum,
  squares,
  high,
  low,
  amplitudes,
}: ChannelMeter): ChannelLevels => {
  const offset = samples === 0 ? 0 : sum / samples;
  return {
    samples,
    offset,
    peak: samples === 0 ? 0 : Math.max(max - offset, offset - min),
    power: samples === 0 ? 0 : Math.max(0, squares / samples - offset ** 2),
    clipped: high.counted + low.counted,
    amplitudes,
  };
};
