import { createHash } from 'node:crypto';
import { parseBuffer } from 'music-metadata';
import {
  contentTypes,
  type MeasuredSample,
  sampleFormat,
  type SampleLimits,
  type SampleMeasures,
  sampleProblem,
  sampleSizeProblem,
} from '../domain/voice-sample';
import { ServiceError } from '../shared/errors';

/**
 * Measures a voice sample in the file itself and judges it. Throws 400 `INVALID_VOICE_SAMPLE`, or 413
 * `VOICE_SAMPLE_TOO_LARGE`, with the measured value and the limit.
 */
export const measureSample = async (bytes: Uint8Array, limits: SampleLimits): Promise<MeasuredSample> => {
  const sizeProblem = sampleSizeProblem(bytes.length, limits.maxBytes);
  if (sizeProblem !== undefined) throw refused(bytes.length === 0 ? 400 : 413, sizeProblem);
  const format = sampleFormat(bytes);
  if (format === undefined)
    throw refused(400, 'The voice sample is neither WAV nor MP3 nor OGG by its content. Send one of these.');
  const measured = await measure(bytes, contentTypes[format]);
  const problem = sampleProblem(measured, limits);
  const { durationS, sampleRateHz } = measured;
  if (problem !== undefined || durationS === undefined || sampleRateHz === undefined)
    throw refused(400, problem ?? unreadable);
  return { bytes, format, sha256: createHash('sha256').update(bytes).digest('hex'), durationS, sampleRateHz };
};

const unreadable = 'The voice sample cannot be read as audio. Send a complete WAV, MP3 or OGG recording.';

const measure = async (bytes: Uint8Array, mimeType: string): Promise<SampleMeasures> => {
  try {
    const { format } = await parseBuffer(bytes, { mimeType, size: bytes.length }, { duration: true, skipCovers: true });
    return { sizeBytes: bytes.length, durationS: format.duration, sampleRateHz: format.sampleRate };
  } catch (error) {
    throw refused(400, unreadable, error);
  }
};

const refused = (status: 400 | 413, message: string, cause?: unknown): ServiceError =>
  new ServiceError(status, {
    code: status === 413 ? 'VOICE_SAMPLE_TOO_LARGE' : 'INVALID_VOICE_SAMPLE',
    message,
    cause,
  });
