/** Possible quality problems of a sample's audio. */
export const qualityCodes = [
  'silence',
  'too_quiet',
  'clipped',
  'little_speech',
  'no_speech',
  'silent_channel',
  'dc_offset',
  'longer_than_useful',
] as const;

type QualityCode = (typeof qualityCodes)[number];

/** A quality problem of an accepted sample, in a sentence with the measured value and the remedy. */
export interface SampleWarning {
  readonly code: QualityCode;
  readonly message: string;
}

/** Creates a warning. */
export const warning = (code: QualityCode, message: string): SampleWarning => ({ code, message });

/** Returns an amplitude in dB of full scale. */
export const decibels = (amplitude: number): number => 20 * Math.log10(Math.max(amplitude, 1e-9));

/** Returns a mean square in dB of full scale. */
export const powerDb = (power: number): number => decibels(Math.sqrt(Math.max(0, power)));
