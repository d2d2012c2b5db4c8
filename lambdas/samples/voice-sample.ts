import { inSeconds } from './audio/audio-structure';
import type { SampleFormat } from './audio/sample-format';
import type { SampleWarning } from './audio/sample-quality';

export { type SampleFormat, sampleFormat } from './audio/sample-format';

/** The media type under which each format goes to S3 and to ElevenLabs. */
export const contentTypes: Readonly<Record<SampleFormat, string>> = {
  wav: 'audio/wav',
  mp3: 'audio/mpeg',
  ogg: 'audio/ogg',
};

/** What was measured in the file itself. Undefined: the file does not tell. */
export interface SampleMeasures {
  readonly durationS: number | undefined;
  readonly sampleRateHz: number | undefined;
}

/** A sample that has been measured and found fit to clone. */
export interface MeasuredSample {
  readonly bytes: Uint8Array;
  readonly format: SampleFormat;
  /** SHA-256 of the bytes in hex. */
  readonly sha256: string;
  readonly durationS: number;
  readonly sampleRateHz: number;
  /** What a person would say of its sound. */
  readonly warnings: readonly SampleWarning[];
}

/** Where a conversation's sample is kept in S3. */
export const sampleKey = (
  conversationId: string,
  { sha256, format }: Pick<MeasuredSample, 'sha256' | 'format'>,
): string => `samples/${conversationId}/${sha256}.${format}`;

/** The conversation whose sample is kept under this key; undefined for any other key. */
export const sampleConversation = (key: string): string | undefined => {
  const [folder, conversationId, file] = key.split('/');
  return folder === 'samples' && file !== undefined ? conversationId : undefined;
};

/** What a sample must keep to; all bounds are inclusive. */
export interface SampleLimits {
  readonly minDurationS: number;
  readonly minSampleRateHz: number;
  readonly maxBytes: number;
  /** What becomes of a sample whose sound is poor. Pure silence is always refused. @default warn */
  readonly quality?: SampleQuality;
}

/** Whether poor sound is not looked for, is said in the answer, or refuses the sample. */
export type SampleQuality = 'off' | 'warn' | 'refuse';

/**
 * Why a sample is refused: every reason with the measured value and the limit, and the way out. Undefined when it is
 * fit to clone.
 */
export const sampleProblem = (measured: SampleMeasures, limits: SampleLimits): string | undefined => {
  const { durationS } = measured;
  if (durationS === undefined || !Number.isFinite(durationS) || durationS <= 0)
    return 'The voice sample has no readable duration. Send a complete WAV, MP3 or OGG recording.';
  const short = durationProblem(durationS, limits);
  const reasons = [short === undefined ? undefined : `The voice sample ${short}`, rateProblem(measured, limits)];
  const said = reasons.filter((reason) => reason !== undefined);
  return said.length === 0 ? undefined : said.join(' ');
};

/** Why so many seconds are too few, as the end of a sentence; undefined when they are enough. */
export const durationProblem = (durationS: number, { minDurationS }: SampleLimits): string | undefined =>
  durationS < minDurationS
    ? `lasts ${inSeconds(durationS)}; at least ${inSeconds(minDurationS)} are needed.`
    : undefined;

/** Why the sample rate is too low, with the way out; undefined when it is high enough. */
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

/** Why a sample of this size is refused before anything reads it; undefined when the size is fine. */
export const sampleSizeProblem = (sizeBytes: number, maxBytes: number): string | undefined => {
  if (sizeBytes === 0) return 'The voice sample is empty (0 bytes). Send a WAV, MP3 or OGG recording.';
  return sizeBytes > maxBytes
    ? `The voice sample has ${sizeBytes} bytes; at most ${maxBytes} are accepted. Send a shorter or a compressed recording.`
    : undefined;
};
