import { Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Settings } from '../settings';
import { BundledFunction } from './bundled-function';
import { allow, allowSecrets, type ReadableSecret } from './grants';

/** What uploads are offered with. */
export interface UploadsProps {
  readonly settings: Settings;
  readonly bucket: Bucket;
  readonly webhookSecret: ReadableSecret;
}

/** `POST /uploads`: a presigned form for a sample that is too large for a request. */
export class Uploads extends Construct {
  readonly function: IFunction;

  constructor(scope: Construct, id: string, { settings, bucket, webhookSecret }: UploadsProps) {
    super(scope, id);
    const { function: handler } = new BundledFunction(this, 'Function', {
      folder: 'uploads',
      description: 'Offers a presigned form for the upload of a voice sample',
      timeout: Duration.seconds(10),
      memoryMb: 256,
      settings,
      environment: {
        ELEVENLABS_WEBHOOK_SECRET_ARN: webhookSecret.secretArn,
        BUCKET: bucket.bucketName,
        VOICE_CLONE_MAX_SIZE_MB: String(settings.VOICE_CLONE_MAX_SIZE_MB),
        SIGNATURE_TOLERANCE_SECONDS: String(settings.SIGNATURE_TOLERANCE_SECONDS),
      },
    });
    this.function = handler;
    allowSecrets(handler, webhookSecret);
    // A form carries the rights of the function that signed it.
    allow(handler, ['s3:PutObject'], bucket.arnForObjects('uploads/*'));
  }
}
