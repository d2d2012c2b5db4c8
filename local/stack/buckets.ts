import { CreateBucketCommand, HeadBucketCommand, NotFound, type S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { bucketName } from './physical-names';
import type { ResolutionScope, ResourceAttributes } from './resolution-scope';
import { readProperties, type TemplateResource } from './template-resource';

const bucketSchema = z.object({ BucketName: z.string().optional() });

const bucketExists = async (s3: S3Client, Bucket: string): Promise<boolean> => {
  try {
    await s3.send(new HeadBucketCommand({ Bucket }));
    return true;
  } catch (error) {
    if (error instanceof NotFound) return false;
    throw error;
  }
};

/** Creates the bucket unless it exists, and returns its name. */
export const ensureBucket = async (
  s3: S3Client,
  resource: TemplateResource,
  scope: ResolutionScope,
): Promise<string> => {
  const { BucketName: Bucket = bucketName(scope.stackName, resource.id) } = readProperties(
    resource,
    bucketSchema,
    scope,
  );
  if (!(await bucketExists(s3, Bucket))) await s3.send(new CreateBucketCommand({ Bucket }));
  return Bucket;
};

/** Returns the attributes of a bucket that a template can reference. */
export const bucketAttributes = (name: string): ResourceAttributes => ({ Ref: name, Arn: `arn:aws:s3:::${name}` });
