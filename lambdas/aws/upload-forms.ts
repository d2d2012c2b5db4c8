import type { S3Client } from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import type * as z from 'zod';
import { unavailable } from '../platform/errors';
import { uploadKey, type UploadRequest } from '../samples/upload';
import { bucketPart } from './bucket';
import { s3Client } from './clients';

/** A form with which S3 accepts exactly one file. */
export interface UploadForm {
  readonly url: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** Creates forms for uploads to this bucket. */
export interface UploadForms {
  /**
   * Creates a form that is valid for `validS` seconds and fixes the file's key, type, size and SHA-256. Throws
   * AwsUnavailable if the form cannot be signed.
   */
  make(request: UploadRequest, validS: number): Promise<UploadForm>;
}

/** Creates forms for this bucket. They carry the permissions of the function that signs them. */
export const uploadFormsFor = (s3: S3Client, bucket: string): UploadForms => ({
  make: async ({ conversation_id, sha256, content_type, size_bytes }, validS) => {
    const fixed = {
      'Content-Type': content_type,
      'x-amz-checksum-algorithm': 'SHA256',
      'x-amz-checksum-sha256': Buffer.from(sha256, 'hex').toString('base64'),
    };
    const form = createPresignedPost(s3, {
      Bucket: bucket,
      Key: uploadKey({ conversationId: conversation_id, sha256 }),
      Fields: fixed,
      Conditions: [
        ...Object.entries(fixed).map(([name, value]) => ({ [name]: value })),
        ['content-length-range', size_bytes, size_bytes],
      ],
      Expires: validS,
    });
    return form.catch(unavailable('S3', 'sign an upload form'));
  },
});

/** The part of a function's environment that gives it upload forms for the installation's bucket. */
export const uploadFormsPart = {
  variables: bucketPart.variables,
  build: (env: z.infer<z.ZodObject<typeof bucketPart.variables>>): UploadForms =>
    uploadFormsFor(s3Client(env.AWS_ENDPOINT_URL !== undefined), env.BUCKET),
};
