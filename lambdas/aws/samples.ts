import { DeleteObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { unavailable } from '../platform/errors';
import { contentTypes, sampleKey } from '../samples/voice-sample';
import type { MeasuredSample } from '../samples/voice-sample';

/** Where callers' voice samples are kept. */
export interface Samples {
  /** Stores the sample byte for byte, checked by S3 against its SHA-256. Throws 503. */
  store(conversationId: string, sample: MeasuredSample): Promise<void>;
  /** Deletes a sample; one that is not there counts as deleted. Throws 503. */
  remove(key: string): Promise<void>;
}

/**
 * Samples in this bucket, as `samples/<conversation id>/<SHA-256>.<format>`. With `removeTimeoutMs` removing is tried for that long
 * only: a late removal could hit a sample that was stored anew, and the bucket's lifecycle rule does it otherwise.
 */
export const samplesIn = (s3: S3Client, bucket: string, removeTimeoutMs?: number): Samples => ({
  store: async (conversationId, sample) => {
    const { bytes, format, sha256 } = sample;
    const put = new PutObjectCommand({
      Bucket: bucket,
      Key: sampleKey(conversationId, sample),
      Body: bytes,
      ContentType: contentTypes[format],
      ChecksumSHA256: Buffer.from(sha256, 'hex').toString('base64'),
    });
    await s3.send(put).catch((error: unknown) => {
      throw unavailable('The storage of voice samples', error);
    });
  },
  remove: async (key) => {
    const remove = new DeleteObjectCommand({ Bucket: bucket, Key: key });
    const patience = removeTimeoutMs === undefined ? {} : { abortSignal: AbortSignal.timeout(removeTimeoutMs) };
    await s3.send(remove, patience).catch((error: unknown) => {
      throw unavailable('The storage of voice samples', error);
    });
  },
});
