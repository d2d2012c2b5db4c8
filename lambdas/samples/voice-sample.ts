import { inSeconds } from './audio/audio-structure';
import { mpegFrameAt } from './audio/mpeg-frame';

/** The audio formats that we take, recognised by content. */
export type SampleFormat = 'wav' | 'mp3' | 'ogg';

/** The media type under which each format goes to S3 and to ElevenLabs. */
export const contentTypes: Readonly<Record<SampleFormat, string>> = {
  wav: 'audio/wav',
  mp3: 'audio/mpeg',
  ogg: 'audio/ogg',
};

/** What was measured in the file itself. Undefined: the file does not tell. */
export interface SampleMeasures {
  readonly sizeBytes: number;
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
}

/** The lowest bit rate that a recording of speech has in any of the formats, in bits a second. */
const lowestBitRate = 4_000;

/** The format that the first bytes show, whatever the sender calls it. */
export const sampleFormat = (bytes: Uint8Array): SampleFormat | undefined => {
  const ascii = (from: number, to: number): string => Buffer.from(bytes.subarray(from, to)).toString('latin1');
  if (ascii(0, 4) === 'RIFF' && ascii(8, 12) === 'WAVE') return 'wav';
  if (ascii(0, 4) === 'OggS') return 'ogg';
  return ascii(0, 3) === 'ID3' || mpegFrameAt(bytes, 0) !== undefined ? 'mp3' : undefined;
};

/** Why a sample is refused, in a sentence with the measured value and the limit; undefined when it is fit to clone. */
export const sampleProblem = (measured: SampleMeasures, limits: SampleLimits): string | undefined => {
  const { durationS, sampleRateHz, sizeBytes } = measured;
  if (durationS === undefined || !Number.isFinite(durationS) || durationS <= 0)
    return 'The voice sample has no readable duration. Send a complete WAV, MP3 or OGG recording.';
  if (durationS * lowestBitRate > sizeBytes * 8)
    return `The voice sample claims ${inSeconds(durationS)}, which ${sizeBytes} bytes cannot hold. Send a complete recording.`;
  if (durationS < limits.minDurationS)
    return `The voice sample lasts ${inSeconds(durationS)}; at least ${inSeconds(limits.minDurationS)} are needed.`;
  if (sampleRateHz === undefined || !(sampleRateHz >= limits.minSampleRateHz))
    return `The voice sample has a sample rate of ${sampleRateHz ?? 0} Hz; at least ${limits.minSampleRateHz} Hz is needed.`;
  return undefined;
};

/** Why a sample of this size is refused before anything reads it; undefined when the size is fine. */
export const sampleSizeProblem = (sizeBytes: number, maxBytes: number): string | undefined => {
  if (sizeBytes === 0) return 'The voice sample is empty (0 bytes). Send a WAV, MP3 or OGG recording.';
  return sizeBytes > maxBytes
    ? `The voice sample has ${sizeBytes} bytes; at most ${maxBytes} are accepted. Send a shorter or a compressed recording.`
    : undefined;
};
