import { createHash } from 'node:crypto';
import { ServiceError } from '../platform/errors';
import { measureLevels } from './assess-quality';
import {
  type AudioStructure,
  type CrossCheck,
  type CrossCheckFindings,
  crossCheckProblem,
  InvalidAudioError,
} from './audio/audio-structure';
import type { SampleWarning } from './audio/quality-warning';
import { readAudioStructure } from './audio/read-audio-structure';
import { readFormat } from './audio/sample-format';
import { soundWarnings } from './audio/sample-quality';
import type { SoundLevels } from './audio/sound-levels';
import {
  contentTypes,
  type MeasuredSample,
  rateProblem,
  type SampleFormat,
  type SampleLimits,
  sampleProblem,
  sampleSizeError,
} from './voice-sample';

/**
 * Measures and checks a voice sample by its content. Reads its structure first, then compares it with music-metadata.
 * Throws 400 `INVALID_VOICE_SAMPLE` for an unusable sample and 413 `VOICE_SAMPLE_TOO_LARGE` for a large one. Errors
 * have the measured value and the limit.
 */
export const measureSample = async (bytes: Uint8Array, limits: SampleLimits): Promise<MeasuredSample> => {
  const sizeError = sampleSizeError(bytes.length, limits.maxBytes);
  if (sizeError !== undefined) throw sizeError;
  const { format, problem: formatProblem } = readFormat(bytes);
  if (format === undefined) throw refused(formatProblem);
  const structure = readStructure(bytes, format, limits);
  const { durationS, sampleRateHz, crossCheck, unheard } = structure;
  const limitProblem = sampleProblem({ durationS, sampleRateHz }, limits);
  if (limitProblem !== undefined) throw refused(unheard === undefined ? limitProblem : `${limitProblem} ${unheard}`);
  const findings = await readHeaders(crossCheck, contentTypes[crossCheck.format ?? format]);
  const disagreement = crossCheckProblem(crossCheck, findings);
  if (disagreement !== undefined) throw refused(disagreement);
  const levels = measureLevels(structure);
  const warnings = levels === undefined ? [] : judgeSound(levels, durationS, limits);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { bytes, format, sha256, durationS, sampleRateHz, warnings };
};

/** Returns a sample's quality warnings. Throws 400 for silence, and for any warning if poor samples are refused. */
const judgeSound = (
  levels: SoundLevels,
  durationS: number,
  { quality = 'warn' }: SampleLimits,
): readonly SampleWarning[] => {
  const warnings = soundWarnings(levels, durationS);
  const isRefused = quality === 'refuse' || warnings.some(({ code }) => code === 'silence');
  if (isRefused && warnings.length > 0) throw refused(warnings.map(({ message }) => message).join(' '));
  return quality === 'off' ? [] : warnings;
};

const readStructure = (bytes: Uint8Array, format: SampleFormat, limits: SampleLimits): AudioStructure => {
  try {
    return readAudioStructure(bytes, format);
  } catch (error) {
    if (!(error instanceof InvalidAudioError)) throw error;
    const secondProblem = error.sampleRateHz === undefined ? undefined : rateProblem(error, limits);
    throw refused(secondProblem === undefined ? error.message : `${error.message}. ${secondProblem}`, error);
  }
};

const readHeaders = async ({ bytes }: CrossCheck, mimeType: string): Promise<CrossCheckFindings> => {
  // Loaded on first use, so that a cold start does not read it.
  const { parseBuffer } = await import('music-metadata');
  try {
    const { format } = await parseBuffer(bytes, { mimeType, size: bytes.length }, { duration: true, skipCovers: true });
    return { durationS: format.duration, sampleRateHz: format.sampleRate };
  } catch (error) {
    throw refused('The voice sample cannot be read as audio. Send a complete WAV, MP3 or OGG recording.', error);
  }
};

const refused = (message: string, cause?: unknown): ServiceError =>
  new ServiceError({ code: 'INVALID_VOICE_SAMPLE', message, cause });
