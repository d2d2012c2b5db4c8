import { DeleteObjectsCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { unavailable } from '../platform/errors';

/** Most objects that S3 deletes at a time. */
const maxBatch = 1000;

/** An object of the bucket. */
export interface StoredObject {
  readonly key: string;
  /** When it was written, by S3's clock, in unix seconds. */
  readonly modifiedAtS: number;
}

/** The objects of a bucket, whatever they are. */
export interface StoredObjects {
  /** All objects whose keys begin like this, page by page. Throws 503. */
  list(prefix: string): AsyncIterable<StoredObject>;
  /** Deletes them all; those that are not there count as deleted. Throws 503 when one of them was not. */
  remove(keys: readonly string[]): Promise<void>;
}

/** The objects of this bucket. */
export const storedObjectsIn = (s3: S3Client, bucket: string): StoredObjects => ({
  list: (prefix) => list(s3, bucket, prefix),
  remove: async (keys) => {
    for (let from = 0; from < keys.length; from += maxBatch) {
      const Objects = keys.slice(from, from + maxBatch).map((Key) => ({ Key }));
      const { Errors = [] } = await s3
        .send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }))
        .catch(failed);
      if (Errors.length > 0) failed(new Error(`S3 did not delete ${Errors.length} objects`));
    }
  },
});

const failed = (error: unknown): never => {
  throw unavailable('The storage', error);
};

const list = async function* (s3: S3Client, bucket: string, prefix: string): AsyncIterable<StoredObject> {
  let from: string | undefined;
  do {
    const page = await s3
      .send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken: from }))
      .catch(failed);
    for (const { Key, LastModified } of page.Contents ?? [])
      if (Key !== undefined) yield { key: Key, modifiedAtS: Math.floor((LastModified?.getTime() ?? 0) / 1000) };
    from = page.NextContinuationToken;
  } while (from !== undefined);
};
