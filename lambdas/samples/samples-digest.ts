import { createHash } from 'node:crypto';
import type { MeasuredSample } from './voice-sample';

/** What a voice was made of: the SHA-256 of its sample, or of the digests of several in order, in hex. */
export const samplesDigest = (samples: readonly Pick<MeasuredSample, 'sha256'>[]): string => {
  const [first, ...others] = samples.map(({ sha256 }) => sha256);
  return first !== undefined && others.length === 0
    ? first
    : createHash('sha256')
        .update(samples.map(({ sha256 }) => sha256).join('.'))
        .digest('hex');
};
