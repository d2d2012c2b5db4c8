import { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  type GetObjectCommandOutput,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import * as z from 'zod';
import { unavailable } from '../platform/errors';
import { s3Client } from './clients';

/** An object of the bucket, as a listing shows it. */
export interface StoredObject {
  readonly key: string;
  /** When it was written, by S3's clock, in unix seconds. */
  readonly modifiedAtS: number;
}

/** An object that was opened. Its content must be read or discarded, or it holds a connection. */
export interface OpenObject extends StoredObject {
  /** Bytes. */
  readonly size: number;
  readonly contentType: string;
  /** Reads the whole content. */
  read(): Promise<Buffer>;
  /** The content piece by piece, in constant memory. */
  stream(): AsyncIterable<Uint8Array>;
  discard(): void;
}

/** The installation's bucket. Everything throws AwsUnavailable when S3 fails or does not answer. */
export interface Bucket {
  readonly name: string;
  /** Stores an object. With `sha256`, in hex, S3 rejects a body that arrives changed. */
  put(key: string, body: string | Uint8Array, contentType: string, sha256?: string): Promise<void>;
  /** Stores a stream part by part, in constant memory. A stream that breaks leaves no object. */
  putStream(key: string, body: Readable, contentType: string): Promise<void>;
  /** Reads an object; undefined when there is none. */
  get(key: string): Promise<Buffer | undefined>;
  /** Opens an object, so that it can be judged before it is read; undefined when there is none. */
  open(key: string): Promise<OpenObject | undefined>;
  /** All objects whose keys begin with this prefix, page by page. */
  list(prefix: string): AsyncIterable<StoredObject>;
  /** Deletes one object or several. An object that does not exist counts as deleted. */
  remove(keys: string | readonly string[]): Promise<void>;
  /** Succeeds when the bucket answers. */
  probe(): Promise<void>;
}

/** S3's smallest part of a multipart upload. One part is held in memory while one is sent. */
const partBytes = 5 * 1024 * 1024;

/** S3 deletes at most this many objects at a time. */
const maxDeletions = 1000;

/** This bucket. Removing is given up after `removeTimeoutMs` where that is set. */
export const bucketOf = (
  s3: S3Client,
  name: string,
  { removeTimeoutMs }: { readonly removeTimeoutMs?: number } = {},
): Bucket => ({
  name,
  put: async (key, body, contentType, sha256) => {
    const checksum = sha256 === undefined ? {} : { ChecksumSHA256: Buffer.from(sha256, 'hex').toString('base64') };
    const object = { Bucket: name, Key: key, Body: body, ContentType: contentType };
    await s3.send(new PutObjectCommand({ ...object, ...checksum })).catch(unavailable('S3', 'store an object'));
  },
  putStream: async (key, body, contentType) => {
    const params = { Bucket: name, Key: key, Body: body, ContentType: contentType };
    const upload = new Upload({ client: s3, params, partSize: partBytes, queueSize: 1, leavePartsOnError: false });
    await upload.done().catch(unavailable('S3', 'store a stream'));
  },
  get: async (key) => (await open(s3, name, key))?.read(),
  open: (key) => open(s3, name, key),
  list: (prefix) => list(s3, name, prefix),
  remove: async (keys) => {
    const all = typeof keys === 'string' ? [keys] : keys;
    for (let from = 0; from < all.length; from += maxDeletions)
      await removeBatch(s3, name, all.slice(from, from + maxDeletions), removeTimeoutMs);
  },
  probe: async () => {
    // Nothing is stored below this prefix: the caller may see no keys of objects.
    const probe = new ListObjectsV2Command({ Bucket: name, Prefix: 'health/', MaxKeys: 1 });
    await s3.send(probe).catch(unavailable('S3', 'find the bucket'));
  },
});

const open = async (s3: S3Client, bucket: string, key: string): Promise<OpenObject | undefined> => {
  const failed = unavailable('S3', 'read an object');
  const found = await s3
    .send(new GetObjectCommand({ Bucket: bucket, Key: key }))
    .catch((error: unknown) => (error instanceof NoSuchKey ? undefined : failed(error)));
  if (found === undefined) return undefined;
  const { Body, ContentLength = 0, ContentType = '', LastModified } = found;
  return {
    key,
    modifiedAtS: unixSeconds(LastModified),
    size: ContentLength,
    contentType: ContentType,
    read: () => readBody(Body).catch(failed),
    stream: () => streamOf(Body, failed),
    discard: () => {
      if (Body !== undefined && 'destroy' in Body) Body.destroy();
    },
  };
};

const readBody = async (body: GetObjectCommandOutput['Body']): Promise<Buffer> => {
  const { buffer, byteOffset, byteLength } = (await body?.transformToByteArray()) ?? new Uint8Array();
  return Buffer.from(buffer, byteOffset, byteLength);
};

const streamOf = async function* (
  body: GetObjectCommandOutput['Body'],
  failed: (error: unknown) => never,
): AsyncIterable<Uint8Array> {
  if (!(body instanceof Readable)) return;
  try {
    for await (const chunk of body) if (chunk instanceof Uint8Array) yield chunk;
  } catch (error) {
    failed(error);
  }
};

const list = async function* (s3: S3Client, bucket: string, prefix: string): AsyncIterable<StoredObject> {
  let from: string | undefined;
  do {
    const page = await s3
      .send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken: from }))
      .catch(unavailable('S3', 'list objects'));
    for (const { Key, LastModified } of page.Contents ?? [])
      if (Key !== undefined) yield { key: Key, modifiedAtS: unixSeconds(LastModified) };
    from = page.NextContinuationToken;
  } while (from !== undefined);
};

const removeBatch = async (
  s3: S3Client,
  bucket: string,
  keys: readonly string[],
  timeoutMs: number | undefined,
): Promise<void> => {
  const failed = unavailable('S3', 'delete objects');
  const [first, ...others] = keys;
  if (first === undefined) return;
  const timeout = timeoutMs === undefined ? {} : { abortSignal: AbortSignal.timeout(timeoutMs) };
  // S3 bills the deletion of several objects as a write, and that of one not at all.
  if (others.length === 0) {
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: first }), timeout).catch(failed);
    return;
  }
  const batch = { Objects: keys.map((Key) => ({ Key })), Quiet: true };
  const { Errors = [] } = await s3
    .send(new DeleteObjectsCommand({ Bucket: bucket, Delete: batch }), timeout)
    .catch(failed);
  if (Errors.length > 0) failed(new Error(`S3 did not delete ${Errors.length} of ${keys.length} objects.`));
};

const unixSeconds = (date: Date | undefined): number => Math.floor((date?.getTime() ?? 0) / 1000);

const variables = { AWS_ENDPOINT_URL: z.string().optional(), BUCKET: z.string().min(1) };

/** The installation's bucket, in a function's environment. */
export const bucketPart = {
  variables,
  build: (env: z.infer<z.ZodObject<typeof variables>>, options?: { readonly removeTimeoutMs?: number }): Bucket =>
    bucketOf(s3Client(env.AWS_ENDPOINT_URL !== undefined), env.BUCKET, options),
};
