import { createHash } from 'node:crypto';
import type { Bucket } from '../aws/bucket';
import type { ApiErrorCode } from '../platform/api-errors';
import { ServiceError } from '../platform/errors';
import { plainContentType, type Upload, uploadContentTypes, uploadKey, uploadValidS } from './upload';
import { sampleFormat, sampleSizeError } from './voice-sample';

/** Dependencies for reading an upload. */
export interface UploadDeps {
  readonly bucket: Pick<Bucket, 'open'>;
  readonly nowMs: () => number;
}

/**
 * Reads a whole upload once, and checks its size, age, SHA-256 and type. S3 enforces them on arrival, but not every
 * S3-compatible service does. Throws 400 `UPLOAD_NOT_FOUND`, `UPLOAD_EXPIRED`, `UPLOAD_CHANGED` or
 * `INVALID_VOICE_SAMPLE`, or 413 `VOICE_SAMPLE_TOO_LARGE`, if a check fails. Throws AwsUnavailable if AWS fails.
 */
export const readUpload = async (upload: Upload, maxBytes: number, { bucket, nowMs }: UploadDeps): Promise<Buffer> => {
  const object = await bucket.open(uploadKey(upload));
  if (object === undefined) throw notFound();
  const sizeError = sampleSizeError(object.size, maxBytes);
  const ageS = Math.floor(nowMs() / 1000) - object.modifiedAtS;
  if (sizeError !== undefined || ageS > uploadValidS) {
    object.discard();
    throw sizeError ?? expired(ageS);
  }
  const bytes = await object.read();
  const problem = uploadProblem(bytes, upload, object.contentType);
  if (problem !== undefined) throw rejected('UPLOAD_CHANGED', problem);
  return bytes;
};

const uploadProblem = (bytes: Buffer, upload: Upload, contentType: string): string | undefined => {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (sha256 !== upload.sha256)
    return `The upload has the SHA-256 ${sha256}, but ${upload.sha256} was announced. Upload the announced file.`;
  const announced = uploadContentTypes[plainContentType(contentType)];
  const format = sampleFormat(bytes);
  // A format that is not accepted at all is reported when the sample is measured.
  if (format === undefined || announced === format) return undefined;
  return (
    `The content of the upload is ${format.toUpperCase()}, but ${announced?.toUpperCase() ?? 'another type'} was ` +
    'announced. Announce the type of the file.'
  );
};

const rejected = (code: ApiErrorCode, message: string): ServiceError => new ServiceError({ code, message });

const notFound = (): ServiceError =>
  rejected(
    'UPLOAD_NOT_FOUND',
    'There is no such upload. Upload the sample first, with the form that POST /uploads returned, then send the event.',
  );

const expired = (ageS: number): ServiceError =>
  rejected(
    'UPLOAD_EXPIRED',
    `The upload is ${ageS} s old and can be used for ${uploadValidS} s. Upload the sample again.`,
  );
