import { createHash } from 'node:crypto';
import type { MeasuredSample } from './voice-sample';

/** Returns the digest of a voice's samples in hex: the SHA-256 of its one sample, or of several digests in order. */
export const samplesDigest = (samples: readonly Pick<MeasuredSample, 'sha256'>[]): string => {
  const [first, ...others] = samples.map(({ sha256 }) => sha256);
  return first !== undefined && others.length === 0
    ? first
    : createHash('sha256')
        .update(samples.map(({ sha256 }) => sha256).join('.'))
        .digest('hex');
};
