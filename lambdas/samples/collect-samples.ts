import { ServiceError } from '../platform/errors';
import { measureSample } from './measure-sample';
import { readUpload, type UploadDeps } from './read-upload';
import type { Upload } from './upload';
import type { MeasuredSample, SampleLimits } from './voice-sample';

/**
 * Reads the samples of a request, uploads included, and measures each. It takes one after the other, because each may
 * have 10 MB. Throws 400 or 413 for the first sample that is not accepted, 400 `DUPLICATE_VOICE_SAMPLE` for a file that
 * is sent twice, which ElevenLabs would refuse, and AwsUnavailable.
 */
export const collectSamples = async (
  samples: readonly (Buffer | Upload)[],
  limits: SampleLimits,
  deps: UploadDeps,
): Promise<MeasuredSample[]> => {
  const measured: MeasuredSample[] = [];
  for (const sample of samples) {
    const bytes = 'sha256' in sample ? await readUpload(sample, limits.maxBytes, deps) : sample;
    measured.push(await measureSample(bytes, limits));
  }
  const digests = measured.map(({ sha256 }) => sha256);
  const twice = digests.findIndex((digest, index) => digests.indexOf(digest) !== index);
  if (twice === -1) return measured;
  const message = `Voice sample ${twice + 1} of ${digests.length} is the same file as an earlier one. Send each once.`;
  throw new ServiceError({ code: 'DUPLICATE_VOICE_SAMPLE', message });
};
