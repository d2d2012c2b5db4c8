import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { consentVariables } from '../settings';
import { allowObjects } from './building-blocks/grants';
import { SignedRoute } from './building-blocks/route-function';
import type { Installation } from './installation';

/** Serves `POST /uploads`: returns a presigned form for a sample that is too large for a request. */
export class Uploads extends SignedRoute<'uploads'> {
  constructor(scope: Construct, id: string, installation: Installation) {
    const { settings, data } = installation;
    super(scope, id, {
      ...installation,
      folder: 'uploads',
      route: 'POST /uploads',
      routeClass: 'calls',
      description: 'Offers a presigned form for the upload of a voice sample',
      impact: 'Senders cannot upload large voice samples.',
      timeout: Duration.seconds(10),
      memoryMb: 256,
      secrets: { ELEVENLABS_WEBHOOK_SECRET_ARN: data.secrets.webhookSecret },
      environment: {
        BUCKET: data.bucket.bucketName,
        VOICE_CLONE_MAX_SIZE_MB: String(settings.VOICE_CLONE_MAX_SIZE_MB),
        ...consentVariables(settings),
      },
    });
    // A form carries the permissions of the function that signed it.
    allowObjects(this.function, data.bucket, ['PutObject'], 'uploads/');
  }
}
