/** Measurements of a recording before it is sent. */
export interface Measured {
  readonly durationS: number;
  readonly sampleRate: number;
  readonly bytes: number;
  /** Root mean square of the louder parts, in dB below full scale. */
  readonly levelDb: number;
  readonly peakDb: number;
  /** What the service or a listener would object to, in sentences. */
  readonly warnings: readonly string[];
  readonly peaks: readonly number[];
}

const slices = 160;
const frameS = 0.05;

/** Returns the waveform of a recording. Throws Error if the browser cannot read its format. */
export const peaksOf = async (bytes: ArrayBuffer): Promise<number[]> => peaks((await decode(bytes)).getChannelData(0));

const decode = async (bytes: ArrayBuffer): Promise<AudioBuffer> => {
  const context = new OfflineAudioContext(1, 1, 48_000);
  return context.decodeAudioData(bytes.slice(0)).catch(() => {
    throw new Error('The browser cannot read this recording. WAV, MP3 and OGG are accepted.');
  });
};

/** Measures a recording. Throws Error if the browser cannot read its format. */
export const measure = async (bytes: ArrayBuffer): Promise<Measured> => {
  const decoded = await decode(bytes);
  const samples = decoded.getChannelData(0);
  const found = {
    durationS: decoded.duration,
    sampleRate: wavRate(bytes) ?? decoded.sampleRate,
    bytes: bytes.byteLength,
    levelDb: decibels(loudness(samples, decoded.sampleRate)),
    peakDb: decibels(samples.reduce((most, value) => Math.max(most, Math.abs(value)), 0)),
  };
  return { ...found, warnings: warningsOf(found, clippedShare(samples)), peaks: peaks(samples) };
};

const decibels = (value: number): number => (value === 0 ? -Infinity : 20 * Math.log10(value));

/** Reads the sample rate from a WAV file, because decoding changes it. */
const wavRate = (bytes: ArrayBuffer): number | undefined => {
  const view = new DataView(bytes);
  return view.byteLength > 28 && view.getUint32(0) === 0x52494646 ? view.getUint32(24, true) : undefined;
};

const peaks = (samples: Float32Array): number[] => {
  const length = Math.max(1, Math.ceil(samples.length / slices));
  return Array.from({ length: Math.ceil(samples.length / length) }, (_, index) =>
    samples.subarray(index * length, (index + 1) * length).reduce((most, value) => Math.max(most, Math.abs(value)), 0),
  );
};

/** Measures the loudness of frames close to the loudest, so that pauses between words do not count. */
const loudness = (samples: Float32Array, rate: number): number => {
  const length = Math.max(1, Math.round(rate * frameS));
  const frames = Array.from({ length: Math.floor(samples.length / length) }, (_, index) => {
    const frame = samples.subarray(index * length, (index + 1) * length);
    return frame.reduce((sum, value) => sum + value * value, 0) / length;
  });
  const loudest = frames.reduce((most, power) => Math.max(most, power), 0);
  const spoken = frames.filter((power) => power > loudest / 1_000);
  return Math.sqrt(spoken.reduce((sum, power) => sum + power, 0) / Math.max(1, spoken.length));
};

const clippedShare = (samples: Float32Array): number =>
  samples.reduce((count, value) => count + (Math.abs(value) >= 0.999 ? 1 : 0), 0) / Math.max(1, samples.length);

const warningsOf = (
  { durationS, sampleRate, bytes, levelDb }: Omit<Measured, 'warnings' | 'peaks' | 'peakDb'>,
  clipped: number,
): string[] => [
  ...(durationS < 3 ? ['It is shorter than 3 seconds: the service refuses it by default.'] : []),
  ...(durationS >= 3 && durationS < 30 ? ['One to two minutes make a better clone.'] : []),
  ...(durationS > 180 ? ['More than three minutes do not improve the clone.'] : []),
  ...(sampleRate < 16_000 ? ['Its rate is below 16 kHz: the clone would sound like a telephone.'] : []),
  ...(levelDb < -42 ? ['It is too quiet. Speak louder, or closer to the microphone.'] : []),
  ...(clipped >= 0.005 ? ['It is too loud: parts of it are clipped.'] : []),
  ...(bytes > 10 * 1_048_576 ? ['It is larger than 10 MB: the service refuses it.'] : []),
];
