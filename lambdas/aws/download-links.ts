import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type * as z from 'zod';
import { unavailable } from '../platform/errors';
import { bucketPart } from './bucket';
import { s3Client } from './clients';

/** Makes links to objects of the bucket. */
export interface DownloadLinks {
  /**
   * A link that whoever has it can download the object with, for `validS` seconds and under this file name. Throws
   * AwsUnavailable.
   */
  make(key: string, fileName: string, validS: number): Promise<string>;
}

/** Links into this bucket. They carry the rights of the function that signs them. */
export const downloadLinksFor = (s3: S3Client, bucket: string): DownloadLinks => ({
  make: async (key, fileName, expiresIn) => {
    const command = new GetObjectCommand({
      Bucket: bucket,
      Key: key,
      ResponseContentDisposition: `attachment; filename="${fileName}"`,
      ResponseCacheControl: 'no-store',
    });
    return getSignedUrl(s3, command, { expiresIn }).catch(unavailable('S3', 'sign a download link'));
  },
});

/** Links into the installation's bucket, in a function's environment. */
export const downloadLinksPart = {
  variables: bucketPart.variables,
  build: (env: z.infer<z.ZodObject<typeof bucketPart.variables>>): DownloadLinks =>
    downloadLinksFor(s3Client(env.AWS_ENDPOINT_URL !== undefined), env.BUCKET),
};
