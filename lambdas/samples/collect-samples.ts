import { ServiceError } from '../platform/errors';
import { inSeconds } from './audio/audio-structure';
import type { SampleWarning } from './audio/quality-warning';
import { lengthWarning } from './audio/sample-quality';
import { measureSample } from './measure-sample';
import { readUpload, type UploadDeps } from './read-upload';
import type { Upload } from './upload';
import type { MeasuredSample, SampleLimits } from './voice-sample';

/**
 * Reads and measures the samples of a request, including uploads. Reads one after the other, because each may have 10
 * MB. Their durations together must reach the minimum. Throws 400 or 413 for the first rejected sample, and names it.
 * Throws 400 `DUPLICATE_VOICE_SAMPLE` if a file is sent twice, because ElevenLabs would refuse it, and AwsUnavailable
 * if AWS fails.
 */
export const collectSamples = async (
  samples: readonly (Buffer | Upload)[],
  limits: SampleLimits,
  deps: UploadDeps,
): Promise<MeasuredSample[]> => {
  const measured: MeasuredSample[] = [];
  const limitsOfEach = samples.length === 1 ? limits : { ...limits, minDurationS: 0 };
  for (const [index, sample] of samples.entries())
    measured.push(await read(sample, limitsOfEach, deps).catch(withSampleNumber(index, samples.length)));
  const digests = measured.map(({ sha256 }) => sha256);
  const repeated = digests.findIndex((digest, index) => digests.indexOf(digest) !== index);
  if (repeated !== -1) {
    const number = `${repeated + 1} of ${digests.length}`;
    const message = `Voice sample ${number} is the same file as an earlier one. Send each once.`;
    throw new ServiceError({ code: 'DUPLICATE_VOICE_SAMPLE', message });
  }
  const totalS = measured.reduce((sum, { durationS }) => sum + durationS, 0);
  if (totalS >= limits.minDurationS) return withNamedWarnings(measured, lengthWarning(totalS), limits);
  const message =
    `The ${measured.length} voice samples last ${inSeconds(totalS)} together; ` +
    `at least ${inSeconds(limits.minDurationS)} are needed.`;
  throw new ServiceError({ code: 'INVALID_VOICE_SAMPLE', message });
};

const read = async (sample: Buffer | Upload, limits: SampleLimits, deps: UploadDeps): Promise<MeasuredSample> =>
  measureSample('sha256' in sample ? await readUpload(sample, limits.maxBytes, deps) : sample, limits);

/** Names each warning's sample. The last warning says if all samples together are longer than useful. */
const withNamedWarnings = (
  samples: readonly MeasuredSample[],
  warningAboutAll: SampleWarning | undefined,
  { quality }: SampleLimits,
): MeasuredSample[] =>
  samples.map((sample, index) => {
    const prefix = samples.length === 1 ? '' : `Voice sample ${index + 1} of ${samples.length}: `;
    const own = sample.warnings.map(({ code, message }) => ({ code, message: `${prefix}${message}` }));
    const isLast = index === samples.length - 1;
    if (!isLast || warningAboutAll === undefined || quality === 'off') return { ...sample, warnings: own };
    return { ...sample, warnings: [...own, warningAboutAll] };
  });

/** Names the sample that an error is about, if there are several. */
const withSampleNumber =
  (index: number, count: number) =>
  (error: unknown): never => {
    if (!(error instanceof ServiceError) || count === 1) throw error;
    const { code, message } = error;
    throw new ServiceError({ code, message: `Voice sample ${index + 1} of ${count}: ${message}`, cause: error });
  };
