import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Settings } from '../../settings';
import { setLogicalId } from '../building-blocks/logical-id';

/** How the bucket stores its objects. */
export interface StorageProps {
  readonly settings: Settings;
  /** @default a key of AWS */
  readonly key: IKey | undefined;
}

/** Days that a sample is kept after its voice, in case the voice is deleted late. */
const samplesOutliveVoicesDays = 2;

/** Returns how long samples are kept: as long as the voice may live, or as long as the settings say. */
const longestSampleDays = (settings: Settings): number => {
  const retentionHours = settings.VOICE_CLONE_AUTO_DELETE ? 0 : settings.VOICE_RETENTION_HOURS;
  const voiceDays = Math.ceil((settings.VOICE_TTL_HOURS + retentionHours) / 24) + samplesOutliveVoicesDays;
  return settings.SAMPLE_RETENTION_DAYS > 0 ? settings.SAMPLE_RETENTION_DAYS : voiceDays;
};

/** What the service uses of the bucket, created or existing. */
export type StorageBucket = Pick<IBucket, 'bucketArn' | 'bucketName' | 'arnForObjects' | 'encryptionKey'>;

/**
 * Returns the bucket that the settings name, or creates one if they name none. An existing bucket keeps its own policy,
 * encryption and lifecycle rules.
 */
export const storageOf = (scope: Construct, id: string, { settings, key }: StorageProps): StorageBucket =>
  settings.BUCKET_NAME === ''
    ? new Storage(scope, id, { settings, key })
    : Bucket.fromBucketAttributes(scope, id, {
        bucketName: settings.BUCKET_NAME,
        ...(key !== undefined && { encryptionKey: key }),
      });

/** The bucket for voice samples, post-call events, transcripts and recordings: private, encrypted, TLS only. */
class Storage extends Bucket {
  constructor(scope: Construct, id: string, { settings, key }: StorageProps) {
    super(scope, id, {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      ...(key === undefined
        ? { encryption: BucketEncryption.S3_MANAGED }
        : // A bucket key makes S3 ask KMS once in a while, not for every object.
          { encryption: BucketEncryption.KMS, encryptionKey: key, bucketKeyEnabled: true }),
      enforceSSL: true,
      // If a stage does not retain data, its bucket is emptied first, because CloudFormation deletes only empty
      // buckets.
      ...(settings.RETAIN_DATA
        ? { removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE }
        : { removalPolicy: RemovalPolicy.DESTROY, autoDeleteObjects: true }),
      lifecycleRules: [
        { id: 'samples', prefix: 'samples/', expiration: Duration.days(longestSampleDays(settings)) },
        { id: 'enrolments', prefix: 'callers/', expiration: Duration.days(settings.ENROLMENT_RETENTION_DAYS) },
        { id: 'raw-events', prefix: 'postcall/', expiration: Duration.days(settings.RAW_EVENT_RETENTION_DAYS) },
        { id: 'transcripts', prefix: 'transcripts/', expiration: Duration.days(settings.TRANSCRIPT_RETENTION_DAYS) },
        { id: 'recordings', prefix: 'recordings/', expiration: Duration.days(settings.RECORDING_RETENTION_DAYS) },
        { id: 'rights-log', prefix: 'rights-log/', expiration: Duration.days(settings.CONSENT_EVIDENCE_DAYS) },
        { id: 'exports', prefix: 'exports/', expiration: Duration.days(1) },
        { id: 'uploads', prefix: 'uploads/', expiration: Duration.days(1) },
        { id: 'unfinished-uploads', abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
    });
    setLogicalId(this, 'StorageBucket');
  }
}
