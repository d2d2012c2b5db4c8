import { DeleteObjectCommand, GetObjectCommand, NoSuchKey, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { unavailable } from '../platform/errors';

/** Bodies of post-call webhooks, exactly as they came. */
export interface PostCallBodies {
  /** Stores a body, checked by S3 against its SHA-256; the same body has the same key. Throws 503. */
  store(key: string, bytes: Buffer, sha256: string): Promise<void>;
  /** Undefined for one that is not there any more. Throws 503. */
  read(key: string): Promise<Buffer | undefined>;
  /** Deletes a body; one that is not there counts as deleted. Throws 503. */
  remove(key: string): Promise<void>;
}

const failed = (error: unknown): never => {
  throw unavailable('The storage of post-call events', error);
};

/** The bodies in this bucket. */
export const postCallBodiesIn = (s3: S3Client, bucket: string): PostCallBodies => ({
  store: async (key, bytes, sha256) => {
    const put = new PutObjectCommand({
      Bucket: bucket,
      Key: key,
      Body: bytes,
      ContentType: 'application/json',
      ChecksumSHA256: Buffer.from(sha256, 'hex').toString('base64'),
    });
    await s3.send(put).catch(failed);
  },
  read: async (key) => {
    try {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      return Body === undefined ? undefined : Buffer.from(await Body.transformToByteArray());
    } catch (error) {
      return error instanceof NoSuchKey ? undefined : failed(error);
    }
  },
  remove: async (key) => {
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key })).catch(failed);
  },
});
