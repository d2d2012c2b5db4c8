import { createHash } from 'node:crypto';
import { GetObjectCommand, type GetObjectCommandOutput, NoSuchKey, type S3Client } from '@aws-sdk/client-s3';
import type { ApiErrorCode } from '../platform/api-errors';
import { ServiceError, unavailable } from '../platform/errors';
import { type Upload, uploadContentTypes, uploadKey, uploadValidS } from '../samples/upload';
import { sampleFormat, sampleSizeProblem } from '../samples/voice-sample';

/** Samples that senders have uploaded. */
export interface Uploads {
  /**
   * Reads an upload once, as a whole, and checks size, age, digest and type: S3 enforces them when it arrives, but not
   * everything that speaks S3 does. Throws 400 `UPLOAD_NOT_FOUND`, `UPLOAD_EXPIRED` or `UPLOAD_CHANGED`, 413
   * `VOICE_SAMPLE_TOO_LARGE`, 503.
   */
  read(upload: Upload, maxBytes: number): Promise<Buffer>;
}

/** The uploads in this bucket. `nowMs` is the clock. */
export const uploadsIn = (s3: S3Client, bucket: string, nowMs: () => number): Uploads => ({
  read: async (upload, maxBytes) => {
    const { Body, ContentLength = 0, ContentType = '', LastModified } = await find(s3, bucket, upload);
    const discard = (error: ServiceError): never => {
      if (Body !== undefined && 'destroy' in Body) Body.destroy();
      throw error;
    };
    const tooLarge = sampleSizeProblem(ContentLength, maxBytes);
    if (tooLarge !== undefined) discard(refused('VOICE_SAMPLE_TOO_LARGE', tooLarge));
    const ageS = Math.floor((nowMs() - (LastModified?.getTime() ?? 0)) / 1000);
    if (ageS > uploadValidS) discard(expired(ageS));
    const bytes = await readBody(Body);
    const problem = changeOf(bytes, upload, ContentType);
    if (problem !== undefined) throw refused('UPLOAD_CHANGED', problem);
    return bytes;
  },
});

const find = async (s3: S3Client, bucket: string, upload: Upload): Promise<GetObjectCommandOutput> => {
  try {
    return await s3.send(new GetObjectCommand({ Bucket: bucket, Key: uploadKey(upload) }));
  } catch (error) {
    if (error instanceof NoSuchKey) throw notFound();
    throw unavailable('The storage of voice samples', error);
  }
};

const readBody = async (body: GetObjectCommandOutput['Body']): Promise<Buffer> => {
  try {
    const { buffer, byteOffset, byteLength } = (await body?.transformToByteArray()) ?? new Uint8Array();
    return Buffer.from(buffer, byteOffset, byteLength);
  } catch (error) {
    throw unavailable('The storage of voice samples', error);
  }
};

const changeOf = (bytes: Buffer, upload: Upload, contentType: string): string | undefined => {
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== upload.sha256)
    return `The upload has the SHA-256 ${found}, but ${upload.sha256} was announced. Upload the announced file.`;
  const announced = uploadContentTypes[contentType.toLowerCase()];
  const format = sampleFormat(bytes);
  return announced === format
    ? undefined
    : `The upload is ${format ?? 'neither WAV nor MP3 nor OGG'} by its content, but was announced as ${announced ?? 'something else'}.`;
};

const refused = (code: ApiErrorCode, message: string): ServiceError => new ServiceError({ code, message });

const notFound = (): ServiceError =>
  refused(
    'UPLOAD_NOT_FOUND',
    'There is no such upload. Upload the sample first, as POST /uploads answered, then send the event.',
  );

const expired = (ageS: number): ServiceError =>
  refused(
    'UPLOAD_EXPIRED',
    `The upload is ${ageS} s old; it can be used for ${uploadValidS} s. Upload the sample again.`,
  );
