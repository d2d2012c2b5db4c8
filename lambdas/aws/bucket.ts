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

/** An object of the bucket, as listed by S3. */
export interface StoredObject {
  readonly key: string;
  /** When the object was written, in unix seconds of S3's clock. */
  readonly modifiedAtS: number;
}

/** An opened object. Its content must be read or discarded, otherwise it holds a connection. */
export interface OpenObject extends StoredObject {
  /** Size in bytes. */
  readonly size: number;
  readonly contentType: string;
  /** Reads the whole content. */
  read(): Promise<Buffer>;
  /** Streams the content in constant memory. */
  stream(): AsyncIterable<Uint8Array>;
  discard(): void;
}

/** The installation's bucket. All methods throw AwsUnavailable when S3 fails or does not answer. */
export interface Bucket {
  readonly name: string;
  /** Stores an object. If `sha256` (hex) is given, S3 rejects a body that was changed in transit. */
  put(key: string, body: string | Uint8Array, contentType: string, sha256?: string): Promise<void>;
  /** Stores a stream part by part, in constant memory. If the stream fails, no object is stored. */
  putStream(key: string, body: Readable, contentType: string): Promise<void>;
  /** Reads an object. Returns undefined if it does not exist. */
  get(key: string): Promise<Buffer | undefined>;
  /** Opens an object, so that it can be checked before it is read. Returns undefined if it does not exist. */
  open(key: string): Promise<OpenObject | undefined>;
  /** Lists all objects whose keys begin with this prefix, page by page. */
  list(prefix: string): AsyncIterable<StoredObject>;
  /** Deletes one object or several. An object that does not exist counts as deleted. */
  remove(keys: string | readonly string[]): Promise<void>;
  /** Checks that the bucket responds. */
  probe(): Promise<void>;
}

/** S3's minimum part size of a multipart upload. While one part is sent, another is held in memory. */
const partBytes = 5 * 1024 * 1024;

/** Maximum number of objects that S3 deletes per request. */
const maxDeletions = 1000;

/** Creates a client for this bucket. If `removeTimeoutMs` is set, a removal is abandoned after that time. */
export const bucketOf = (
  s3: S3Client,
  name: string,
  { removeTimeoutMs }: { readonly removeTimeoutMs?: number } = {},
): Bucket => ({
  name,
  put: async (key, body, contentType, sha256) => {
    const command = new PutObjectCommand({
      Bucket: name,
      Key: key,
      Body: body,
      ContentType: contentType,
      ...(sha256 !== undefined && { ChecksumSHA256: Buffer.from(sha256, 'hex').toString('base64') }),
    });
    if (sha256 !== undefined) signWithDigest(command, sha256);
    await s3.send(command).catch(unavailable('S3', 'store an object'));
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
    // Nothing is stored under this prefix, because the caller must not see any object keys.
    const probe = new ListObjectsV2Command({ Bucket: name, Prefix: 'health/', MaxKeys: 1 });
    await s3.send(probe).catch(unavailable('S3', 'find the bucket'));
  },
});

/** Gives the SDK the SHA-256 (hex) of the body, which it signs, so that it need not compute it again. */
const signWithDigest = ({ middlewareStack }: PutObjectCommand, sha256: string): void =>
  middlewareStack.add(
    (next) => (args) => {
      if (hasHeaders(args.request)) args.request.headers['x-amz-content-sha256'] = sha256;
      return next(args);
    },
    { step: 'build', name: 'signWithDigest' },
  );

const hasHeaders = (request: unknown): request is { readonly headers: Record<string, string> } =>
  typeof request === 'object' && request !== null && 'headers' in request;

const open = async (s3: S3Client, bucket: string, key: string): Promise<OpenObject | undefined> => {
  const failed = unavailable('S3', 'read an object');
  const response = await s3
    .send(new GetObjectCommand({ Bucket: bucket, Key: key }))
    .catch((error: unknown) => (error instanceof NoSuchKey ? undefined : failed(error)));
  if (response === undefined) return undefined;
  const { Body, ContentLength = 0, ContentType = '', LastModified } = response;
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
  // S3 bills a batch deletion as a write; a single deletion is free.
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

/** The part of a function's environment that gives it the installation's bucket. */
export const bucketPart = {
  variables,
  build: (env: z.infer<z.ZodObject<typeof variables>>, options?: { readonly removeTimeoutMs?: number }): Bucket =>
    bucketOf(s3Client(env.AWS_ENDPOINT_URL !== undefined), env.BUCKET, options),
};
