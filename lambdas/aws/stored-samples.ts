import { createHash } from 'node:crypto';
import { GetObjectCommand, NoSuchKey, type S3Client } from '@aws-sdk/client-s3';
import type { StoredSample } from '../callers/caller';
import { unavailable } from '../platform/errors';

/** A stored sample, read. */
export interface ReadSample extends Pick<StoredSample, 'format'> {
  readonly bytes: Uint8Array;
}

/** Samples of callers that were stored before. */
export interface StoredSamples {
  /** Undefined for one that is gone, or is not what was stored. Throws 503. */
  read(sample: StoredSample): Promise<ReadSample | undefined>;
}

/** The samples in this bucket. */
export const storedSamplesIn = (s3: S3Client, bucket: string): StoredSamples => ({
  read: async ({ key, sha256, format }) => {
    try {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
      return createHash('sha256').update(bytes).digest('hex') === sha256 ? { bytes, format } : undefined;
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw unavailable('The storage of voice samples', error);
    }
  },
});
