import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { enrolledSampleKey, type StoredSample } from '../callers/caller';
import { unavailable } from '../platform/errors';
import { contentTypes, type MeasuredSample } from '../samples/voice-sample';

/** Where the samples of enrolled callers are kept. */
export interface EnrolledSamples {
  /** Stores a sample byte for byte, checked by S3 against its SHA-256. Throws 503. */
  store(callerHash: string, sample: MeasuredSample): Promise<StoredSample>;
}

/** Samples in this bucket, as `callers/<caller's key>/<SHA-256>.<format>`. */
export const enrolledSamplesIn = (s3: S3Client, bucket: string): EnrolledSamples => ({
  store: async (callerHash, sample) => {
    const { bytes, format, sha256 } = sample;
    const key = enrolledSampleKey(callerHash, sample);
    const put = new PutObjectCommand({
      Bucket: bucket,
      Key: key,
      Body: bytes,
      ContentType: contentTypes[format],
      ChecksumSHA256: Buffer.from(sha256, 'hex').toString('base64'),
    });
    await s3.send(put).catch((error: unknown) => {
      throw unavailable('The storage of voice samples', error);
    });
    return { key, sha256, format };
  },
});
