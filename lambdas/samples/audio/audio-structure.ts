import type { EncodedSound } from './encoded-sound';
import type { SampleFormat } from './sample-format';
import type { Sound } from './sound-levels';

/** What a recording contains by its structure: read from its headers and counted in its bytes, without decoding. */
export interface AudioStructure {
  /** Duration of the audio that is actually present, in seconds. Finite and positive. */
  readonly durationS: number;
  /** The playback rate, in Hz. */
  readonly sampleRateHz: number;
  readonly crossCheck: CrossCheck;
  /** What players ignore although it may be audio, and what to do, in sentences. */
  readonly unheard?: string;
  /** The audio itself, if it can be read without decoding. */
  readonly sound?: Sound;
  /** The audio in a decoder's format, if a decoder exists for it. */
  readonly encoded?: EncodedSound;
}

/** The excerpt that a second decoder checks, and the result that it must reach. Bounded, so that the check is fast. */
export interface CrossCheck {
  readonly bytes: Uint8Array;
  /** Set if the bytes have another format than the file. */
  readonly format?: SampleFormat;
  /**
   * Duration in seconds. Undefined if no header gives the duration and the bit rate varies. The frames must then be
   * counted.
   */
  readonly durationS: number | undefined;
  readonly sampleRateHz: number;
}

/**
 * Thrown for a recording that Precall does not accept. The message has the measured value, the limit and the remedy.
 */
export class InvalidAudioError extends Error {
  override readonly name = 'InvalidAudioError';
  /** The sample rate in Hz, if it is known. It may be a second reason to refuse the recording. */
  readonly sampleRateHz: number | undefined;

  constructor(message: string, { sampleRateHz }: { readonly sampleRateHz?: number } = {}) {
    super(message);
    this.sampleRateHz = sampleRateHz;
  }
}

/** Returns whether two durations of a recording agree within a quarter of a second or 1 %, whichever is more. */
export const durationsAgree = (oneS: number, otherS: number): boolean =>
  Math.abs(oneS - otherS) <= Math.max(0.25, otherS / 100);

/**
 * Formats a duration with two decimals, rounded down, so that a recording that is too short never reads as long enough.
 * Rounds to microseconds first, or 9.7 would become 9.69.
 */
export const inSeconds = (durationS: number): string => `${Math.floor(Math.round(durationS * 1e6) / 1e4) / 100} s`;

/** What a second reader finds in a recording. Undefined if it cannot tell. */
export interface CrossCheckFindings {
  readonly durationS: number | undefined;
  readonly sampleRateHz: number | undefined;
}

/** Returns a sentence if a second reader's findings contradict the expected ones, otherwise undefined. */
export const crossCheckProblem = (expected: CrossCheck, actual: CrossCheckFindings): string | undefined => {
  const isSameRate = actual.sampleRateHz === expected.sampleRateHz;
  const isSameDuration =
    expected.durationS === undefined ||
    (actual.durationS !== undefined && durationsAgree(actual.durationS, expected.durationS));
  return isSameRate && isSameDuration
    ? undefined
    : `Two ways to measure the voice sample disagree: ${inWords(expected)} and ${inWords(actual)}. ` +
        'Export the recording again and send a complete WAV, MP3 or OGG file.';
};

const inWords = ({ durationS, sampleRateHz }: CrossCheckFindings): string =>
  `${durationS === undefined ? 'an unknown time' : inSeconds(durationS)} at ${sampleRateHz ?? 0} Hz`;
