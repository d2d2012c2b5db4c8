import { Duration } from 'aws-cdk-lib';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { allow, allowLedgerItem, allowListing } from './building-blocks/grants';
import { RouteFunction } from './building-blocks/route-function';
import type { Installation } from './installation';

/** The dependencies that the health check probes. */
export interface HealthCheckProps extends Installation {
  readonly voiceDeletions: Queue;
}

/** Serves `GET /health`: reports whether everything that a call needs is reachable. */
export class HealthCheck extends RouteFunction<'health'> {
  constructor(scope: Construct, id: string, { voiceDeletions, ...installation }: HealthCheckProps) {
    const { settings, data } = installation;
    super(scope, id, {
      ...installation,
      folder: 'health',
      route: 'GET /health',
      routeClass: 'health',
      // The route is open to everybody on purpose.
      refusals: [],
      description: 'Reports whether database, storage, queues and ElevenLabs are reachable',
      impact: 'Monitors that watch /health do not get an answer.',
      timeout: Duration.seconds(10),
      memoryMb: 256,
      secrets: { ELEVENLABS_API_KEY_SECRET_ARN: data.secrets.apiKey },
      environment: {
        ELEVENLABS_API_BASE_URL: settings.ELEVENLABS_API_BASE_URL,
        LEDGER_TABLE: data.table.tableName,
        BUCKET: data.bucket.bucketName,
        VOICE_DELETION_QUEUE_URL: voiceDeletions.queueUrl,
      },
    });
    allowLedgerItem(this.function, data.table, 'INSTALLATION');
    allow(this.function, ['sqs:GetQueueAttributes'], voiceDeletions.queueArn);
    // Lists an empty prefix: the route is open, so its function must not see object keys.
    allowListing(this.function, data.bucket, 'health/');
  }
}
