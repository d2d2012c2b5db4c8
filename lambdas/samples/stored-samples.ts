import { createHash } from 'node:crypto';
import type { Bucket } from '../aws/bucket';
import type { StoredSample } from '../callers/caller';
import { contentTypes, type MeasuredSample, type SampleFormat } from './voice-sample';

/** A stored sample with its bytes. */
export interface ReadSample {
  readonly format: SampleFormat;
  readonly bytes: Uint8Array;
}

/** Stores a sample byte for byte. S3 checks its SHA-256. Throws AwsUnavailable if AWS fails. */
export const storeSample = (
  bucket: Pick<Bucket, 'put'>,
  key: string,
  { bytes, format, sha256 }: MeasuredSample,
): Promise<void> => bucket.put(key, bytes, contentTypes[format], sha256);

/** Reads a stored sample. Returns undefined if it is deleted or has changed. Throws AwsUnavailable if AWS fails. */
export const readSample = async (
  bucket: Pick<Bucket, 'get'>,
  { key, sha256, format }: StoredSample,
): Promise<ReadSample | undefined> => {
  const bytes = await bucket.get(key);
  if (bytes === undefined || createHash('sha256').update(bytes).digest('hex') !== sha256) return undefined;
  return { bytes, format };
};
