import { ServiceError } from '../platform/errors';
import { inSeconds } from './audio/audio-structure';
import type { SampleWarning } from './audio/quality-warning';
import type { SampleFormat } from './audio/sample-format';

export { type SampleFormat, sampleFormat } from './audio/sample-format';

/** The media type of each format, at S3 and at ElevenLabs. */
export const contentTypes: Readonly<Record<SampleFormat, string>> = {
  wav: 'audio/wav',
  mp3: 'audio/mpeg',
  ogg: 'audio/ogg',
};

/** Measurements of the file itself. Undefined if the file does not say. */
export interface SampleMeasures {
  readonly durationS: number | undefined;
  readonly sampleRateHz: number | undefined;
}

/** A measured sample that is fit to clone. */
export interface MeasuredSample {
  readonly bytes: Uint8Array;
  readonly format: SampleFormat;
  /** SHA-256 of the bytes in hex. */
  readonly sha256: string;
  readonly durationS: number;
  readonly sampleRateHz: number;
  /** Quality warnings about the audio. */
  readonly warnings: readonly SampleWarning[];
}

/** Returns the S3 key of a conversation's sample. */
export const sampleKey = (
  conversationId: string,
  { sha256, format }: Pick<MeasuredSample, 'sha256' | 'format'>,
): string => `samples/${conversationId}/${sha256}.${format}`;

/** Returns the conversation of a sample's key. Returns undefined for other keys. */
export const sampleConversation = (key: string): string | undefined => {
  const [folder, conversationId, file] = key.split('/');
  return folder === 'samples' && file !== undefined ? conversationId : undefined;
};

/** The limits of a sample. All bounds are inclusive. */
export interface SampleLimits {
  readonly minDurationS: number;
  readonly minSampleRateHz: number;
  readonly maxBytes: number;
  /** How poor sound is handled. Pure silence is always refused. @default warn */
  readonly quality?: SampleQuality;
}

/** Whether poor sound is not checked, is reported in the response, or refuses the sample. */
export type SampleQuality = 'off' | 'warn' | 'refuse';

/**
 * Returns why a sample is refused: each reason with the measured value, the limit and the remedy. Returns undefined if
 * it is fit to clone.
 */
export const sampleProblem = (measured: SampleMeasures, limits: SampleLimits): string | undefined => {
  const { durationS } = measured;
  if (durationS === undefined || !Number.isFinite(durationS) || durationS <= 0)
    return 'The voice sample has no readable duration. Send a complete WAV, MP3 or OGG recording.';
  const problems = [durationProblem(durationS, limits), rateProblem(measured, limits)].filter(
    (problem) => problem !== undefined,
  );
  return problems.length === 0 ? undefined : problems.join(' ');
};

/** Returns why a duration is too short. Returns undefined if it is long enough. */
const durationProblem = (durationS: number, { minDurationS }: SampleLimits): string | undefined =>
  durationS < minDurationS
    ? `The voice sample lasts ${inSeconds(durationS)}; at least ${inSeconds(minDurationS)} are needed.`
    : undefined;

/** Returns why the sample rate is too low, and the remedy. Returns undefined if it is high enough. */
export const rateProblem = (
  { sampleRateHz }: Pick<SampleMeasures, 'sampleRateHz'>,
  { minSampleRateHz }: SampleLimits,
): string | undefined =>
  sampleRateHz !== undefined && sampleRateHz >= minSampleRateHz
    ? undefined
    : `The voice sample has a sample rate of ${sampleRateHz ?? 0} Hz; at least ${minSampleRateHz} Hz is needed. ` +
      `Record at ${minSampleRateHz} Hz or more. If there is only a telephone recording, convert it and send the ` +
      `result: ffmpeg -i recording -ar ${minSampleRateHz} -c:a pcm_s16le sample.wav. ` +
      'A clone of it sounds like a telephone.';

/**
 * Returns the error for a sample of this size, before it is read: 400 `INVALID_VOICE_SAMPLE` for an empty one, 413
 * `VOICE_SAMPLE_TOO_LARGE` for a large one. Returns undefined if the size is accepted.
 */
export const sampleSizeError = (sizeBytes: number, maxBytes: number): ServiceError | undefined => {
  if (sizeBytes === 0) {
    const message = 'The voice sample is empty (0 bytes). Send a WAV, MP3 or OGG recording.';
    return new ServiceError({ code: 'INVALID_VOICE_SAMPLE', message });
  }
  if (sizeBytes <= maxBytes) return undefined;
  const message =
    `The voice sample has ${sizeBytes} bytes; at most ${maxBytes} are accepted. ` +
    'Send a shorter or a compressed recording.';
  return new ServiceError({ code: 'VOICE_SAMPLE_TOO_LARGE', message });
};
