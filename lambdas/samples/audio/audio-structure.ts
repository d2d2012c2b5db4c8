import type { EncodedSound } from './encoded-sound';
import type { SampleFormat } from './sample-format';
import type { Sound } from './sound-levels';

/** What a recording holds by its own structure: read from its headers and counted in its bytes, without decoding. */
export interface AudioStructure {
  /** Length of the sound that is really there, in seconds; finite and positive. */
  readonly durationS: number;
  /** The rate at which it plays, in Hz. */
  readonly sampleRateHz: number;
  readonly crossCheck: CrossCheck;
  /** The sound itself, where it can be read without decoding. */
  readonly sound?: Sound;
  /** The sound as a decoder takes it, where there is one for it. */
  readonly encoded?: EncodedSound;
}

/**
 * What a second reader is to see of the recording: bounded, so that any reader is soon through. And what it must find.
 */
export interface CrossCheck {
  readonly bytes: Uint8Array;
  /** Set where the bytes are of another format than the file. */
  readonly format?: SampleFormat;
  /**
   * Duration in seconds. Undefined if no header gives the duration and the bit rate varies; the frames must then be
   * counted.
   */
  readonly durationS: number | undefined;
  readonly sampleRateHz: number;
}

/**
 * Thrown for a recording that Precall does not accept. The message says what was found, what the limit is, and what to
 * do.
 */
export class InvalidAudioError extends Error {
  override readonly name = 'InvalidAudioError';
  /** The sample rate in Hz, where it is known all the same: it may be a second reason. */
  readonly sampleRateHz: number | undefined;

  constructor(message: string, known: { readonly sampleRateHz?: number } = {}) {
    super(message);
    this.sampleRateHz = known.sampleRateHz;
  }
}

/** Two measurements of one recording agree within a quarter of a second or 1 %, whichever is more. */
export const durationsAgree = (oneS: number, otherS: number): boolean =>
  Math.abs(oneS - otherS) <= Math.max(0.25, otherS / 100);

/** Two decimals, rounded down from whole microseconds: what is too short never reads as long enough, and 9.7 as 9.7. */
export const inSeconds = (durationS: number): string => `${Math.floor(Math.round(durationS * 1e6) / 1e4) / 100} s`;

/** What a second reader says of a recording; undefined: it cannot tell. */
export interface CrossCheckFindings {
  readonly durationS: number | undefined;
  readonly sampleRateHz: number | undefined;
}

/** Why a second reader's findings speak against a recording, in a sentence; undefined when they agree. */
export const crossCheckProblem = (expected: CrossCheck, found: CrossCheckFindings): string | undefined => {
  const isSameRate = found.sampleRateHz === expected.sampleRateHz;
  const isSameDuration =
    expected.durationS === undefined ||
    (found.durationS !== undefined && durationsAgree(found.durationS, expected.durationS));
  return isSameRate && isSameDuration
    ? undefined
    : `Two ways to measure the voice sample disagree: ${inWords(expected)} and ${inWords(found)}. ` +
        'Export the recording again and send a complete WAV, MP3 or OGG file.';
};

const inWords = ({ durationS, sampleRateHz }: CrossCheckFindings): string =>
  `${durationS === undefined ? 'an unknown time' : inSeconds(durationS)} at ${sampleRateHz ?? 0} Hz`;
