import type { Readable } from 'node:stream';
import { DeleteObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { unavailable } from '../platform/errors';

/** S3's smallest part of a multipart upload; one is held in memory, and one is under way. */
const partBytes = 5 * 1024 * 1024;

/** Where transcripts and recordings are kept. */
export interface CallArchive {
  readonly bucket: string;
  /** Stores a text or a document. Throws 503. */
  put(key: string, body: string | Buffer, contentType: string): Promise<void>;
  /** Stores what a stream brings, part by part, in constant memory; nothing is there when the stream breaks. Throws 503. */
  putStream(key: string, body: Readable, contentType: string): Promise<void>;
  /** Deletes what is kept; what is not there counts as deleted. Throws 503. */
  remove(key: string): Promise<void>;
}

/** The archive in this bucket. */
export const callArchiveIn = (s3: S3Client, bucket: string): CallArchive => ({
  bucket,
  put: async (key, body, contentType) => {
    const put = new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType: contentType });
    await s3.send(put).catch((error: unknown) => {
      throw unavailable('The archive of calls', error);
    });
  },
  putStream: async (key, body, contentType) => {
    const params = { Bucket: bucket, Key: key, Body: body, ContentType: contentType };
    const upload = new Upload({ client: s3, params, partSize: partBytes, queueSize: 1, leavePartsOnError: false });
    await upload.done().catch((error: unknown) => {
      throw unavailable('The archive of calls', error);
    });
  },
  remove: async (key) => {
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key })).catch((error: unknown) => {
      throw unavailable('The archive of calls', error);
    });
  },
});
