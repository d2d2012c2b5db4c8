import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type * as z from 'zod';
import { unavailable } from '../platform/errors';
import { bucketPart } from './bucket';
import { s3Client } from './clients';

/** Creates links to objects of the bucket. */
export interface DownloadLinks {
  /**
   * Creates a link with which anyone can download the object under this file name for `validS` seconds. Throws
   * AwsUnavailable if the link cannot be signed.
   */
  make(key: string, fileName: string, validS: number): Promise<string>;
}

/** Creates links into this bucket. They carry the permissions of the function that signs them. */
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

/** The part of a function's environment that gives it download links for the installation's bucket. */
export const downloadLinksPart = {
  variables: bucketPart.variables,
  build: (env: z.infer<z.ZodObject<typeof bucketPart.variables>>): DownloadLinks =>
    downloadLinksFor(s3Client(env.AWS_ENDPOINT_URL !== undefined), env.BUCKET),
};
