import { createHash } from 'node:crypto';
import type { MeasuredSample } from './voice-sample';

/** Returns the digest of a voice's samples in hex: that of its only sample, or the SHA-256 of all digests in order. */
export const samplesDigest = (samples: readonly Pick<MeasuredSample, 'sha256'>[]): string => {
  const digests = samples.map(({ sha256 }) => sha256);
  const [only] = digests;
  if (only !== undefined && digests.length === 1) return only;
  return createHash('sha256').update(digests.join('.')).digest('hex');
};
