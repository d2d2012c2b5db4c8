import type { Uploads } from '../aws/uploads';
import { ServiceError } from '../platform/errors';
import { measureSample } from './measure-sample';
import type { Upload } from './upload';
import type { MeasuredSample, SampleLimits } from './voice-sample';

/**
 * The samples of a request, fetched where they were uploaded, each measured. One after the other: each may have 10 MB.
 * Throws 400 or 413 for the first one that is not fit, and 400 `DUPLICATE_VOICE_SAMPLE` for one that is there twice, which
 * ElevenLabs refuses.
 */
export const collectSamples = async (
  samples: readonly (Buffer | Upload)[],
  uploads: Uploads,
  limits: SampleLimits,
): Promise<MeasuredSample[]> => {
  const measured: MeasuredSample[] = [];
  for (const sample of samples) {
    const bytes = 'sha256' in sample ? await uploads.read(sample, limits.maxBytes) : sample;
    measured.push(await measureSample(bytes, limits));
  }
  const digests = measured.map(({ sha256 }) => sha256);
  const twice = digests.findIndex((digest, index) => digests.indexOf(digest) !== index);
  if (twice === -1) return measured;
  const message = `Voice sample ${twice + 1} of ${digests.length} is the same file as an earlier one. Send each once.`;
  throw new ServiceError({ code: 'DUPLICATE_VOICE_SAMPLE', message });
};
