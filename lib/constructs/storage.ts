import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

/** What the bucket is told of how long things are kept. */
export interface StorageProps {
  /** Age at which a voice sample goes, should nothing have deleted it with its voice. */
  readonly samplesKept: Duration;
  /** Age at which an enrolled sample goes that was not enrolled again. */
  readonly enrolmentsKept: Duration;
  readonly rawEventsKept: Duration;
  readonly transcriptsKept: Duration;
  readonly recordingsKept: Duration;
}

/** The bucket for voice samples, transcripts and recordings: private, encrypted, TLS only. */
export class Storage extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, props: StorageProps) {
    super(scope, id);
    this.bucket = new Bucket(this, 'Bucket', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      removalPolicy: RemovalPolicy.RETAIN,
      lifecycleRules: [
        { id: 'samples', prefix: 'samples/', expiration: props.samplesKept },
        { id: 'enrolments', prefix: 'callers/', expiration: props.enrolmentsKept },
        { id: 'raw-events', prefix: 'postcall/', expiration: props.rawEventsKept },
        { id: 'transcripts', prefix: 'transcripts/', expiration: props.transcriptsKept },
        { id: 'recordings', prefix: 'recordings/', expiration: props.recordingsKept },
        { id: 'uploads', prefix: 'uploads/', expiration: Duration.days(1) },
        { id: 'unfinished-uploads', abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
    });
  }
}
