import * as z from 'zod';
import { ofType } from '../../../local/stack/template-resource';
import type { Comparison } from '../differences';
import { type MotoStack, queueUrlAt } from '../moto-stack';
import { lifecycleOf } from '../request-shapes';

const table = z.looseObject({
  BillingMode: z.string(),
  TimeToLiveSpecification: z.object({ AttributeName: z.string() }),
});

/** Tables: keys, indexes, stream, protection, time to live and backups. */
export const describeTables = async ({ cli, resources, physicalId }: MotoStack): Promise<Comparison[]> => {
  const found = ofType(resources, 'AWS::DynamoDB::Table').map(async ({ id, type, properties }): Promise<Comparison> => {
    const TableName = physicalId(id);
    const { BillingMode, TimeToLiveSpecification } = table.parse(properties);
    const { KeySchema, AttributeDefinitions, GlobalSecondaryIndexes, StreamSpecification } = properties;
    const { DeletionProtectionEnabled, SSESpecification } = properties;
    const asked = {
      KeySchema,
      AttributeDefinitions,
      GlobalSecondaryIndexes,
      StreamSpecification,
      DeletionProtectionEnabled,
    };
    const described = await Promise.all([
      cli.call('dynamodb', 'describe-table', { TableName }),
      cli.call('dynamodb', 'describe-time-to-live', { TableName }),
      cli.call('dynamodb', 'describe-continuous-backups', { TableName }),
    ]);
    const { AttributeName } = TimeToLiveSpecification;
    const expected = [
      // Without a specification of its own the table is encrypted with a key of AWS.
      {
        Table: {
          ...asked,
          BillingModeSummary: { BillingMode },
          ...(SSESpecification !== undefined && { SSESpecification }),
        },
      },
      { TimeToLiveDescription: { TimeToLiveStatus: 'ENABLED', AttributeName } },
      { ContinuousBackupsDescription: { PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'ENABLED' } } },
    ];
    return { type, what: id, expected, described };
  });
  return Promise.all(found);
};

const bucket = z.looseObject({
  PublicAccessBlockConfiguration: z.unknown(),
  BucketEncryption: z.object({
    ServerSideEncryptionConfiguration: z.array(z.object({ ServerSideEncryptionByDefault: z.unknown() })),
  }),
});

/** Buckets: public access, encryption and lifecycle. */
export const describeBuckets = async ({ cli, resources, physicalId }: MotoStack): Promise<Comparison[]> => {
  const found = ofType(resources, 'AWS::S3::Bucket').map(async ({ id, type, properties }): Promise<Comparison> => {
    const Bucket = physicalId(id);
    const { PublicAccessBlockConfiguration, BucketEncryption } = bucket.parse(properties);
    const Rules = BucketEncryption.ServerSideEncryptionConfiguration.map(({ ServerSideEncryptionByDefault }) => ({
      ApplyServerSideEncryptionByDefault: ServerSideEncryptionByDefault,
    }));
    const described = await Promise.all([
      cli.call('s3api', 'get-public-access-block', { Bucket }),
      cli.call('s3api', 'get-bucket-encryption', { Bucket }),
      cli.call('s3api', 'get-bucket-lifecycle-configuration', { Bucket }),
    ]);
    const expected = [
      { PublicAccessBlockConfiguration },
      { ServerSideEncryptionConfiguration: { Rules } },
      lifecycleOf(properties),
    ];
    return { type, what: id, expected, described };
  });
  return Promise.all(found);
};

const bucketPolicy = z.object({ Bucket: z.string(), PolicyDocument: z.unknown() });
const policyText = z.object({ Policy: z.string() });

/** Policies of buckets. */
export const describeBucketPolicies = async ({ cli, resources }: MotoStack): Promise<Comparison[]> => {
  const found = ofType(resources, 'AWS::S3::BucketPolicy').map(
    async ({ id, type, properties }): Promise<Comparison> => {
      const { Bucket, PolicyDocument } = bucketPolicy.parse(properties);
      const { Policy } = policyText.parse(await cli.call('s3api', 'get-bucket-policy', { Bucket }));
      return { type, what: id, expected: PolicyDocument, described: JSON.parse(Policy) };
    },
  );
  return Promise.all(found);
};

const queue = z.object({
  MessageRetentionPeriod: z.number(),
  SqsManagedSseEnabled: z.boolean(),
  VisibilityTimeout: z.number().default(30),
  RedrivePolicy: z.unknown().optional(),
});
const queuePolicy = z.object({ Queues: z.array(z.string()), PolicyDocument: z.unknown() });
const jsonText = z.string().transform((text): unknown => JSON.parse(text));
const attributes = z.object({
  Attributes: z.looseObject({ RedrivePolicy: jsonText.optional(), Policy: jsonText.optional() }),
});

/** Queues, each with its policy: retention, encryption, visibility, and where what fails is parked after how many tries. */
export const describeQueues = async ({ cli, endpoint, resources, physicalId }: MotoStack): Promise<Comparison[]> => {
  const policies = ofType(resources, 'AWS::SQS::QueuePolicy').map(({ id, properties }) => ({
    id,
    ...queuePolicy.parse(properties),
  }));
  const found = ofType(resources, 'AWS::SQS::Queue').map(async ({ id, type, properties }): Promise<Comparison[]> => {
    const url = physicalId(id);
    const { RedrivePolicy, ...asked } = queue.parse(properties);
    const input = { QueueUrl: queueUrlAt(endpoint, url), AttributeNames: ['All'] };
    const { Attributes } = attributes.parse(await cli.call('sqs', 'get-queue-attributes', input));
    const texts = Object.fromEntries(Object.entries(asked).map(([name, value]) => [name, String(value)]));
    const expectedOwn = { ...texts, ...(RedrivePolicy !== undefined && { RedrivePolicy }) };
    const own = { type, what: id, expected: expectedOwn, described: Attributes };
    const policy = policies.find(({ Queues }) => Queues.includes(url));
    if (policy === undefined) return [own];
    const { id: what, PolicyDocument: expected } = policy;
    return [own, { type: 'AWS::SQS::QueuePolicy', what, expected, described: Attributes.Policy }];
  });
  return (await Promise.all(found)).flat();
};

const secretList = z.object({
  SecretList: z.array(
    z.object({
      ARN: z.string(),
      Description: z.string(),
      SecretVersionsToStages: z.record(z.string(), z.unknown()).default({}),
    }),
  ),
});

/** Secrets: what they are for, and that only the generated one has a value. */
export const describeSecrets = async ({ cli, resources, physicalId }: MotoStack): Promise<Comparison[]> => {
  const { SecretList } = secretList.parse(await cli.call('secretsmanager', 'list-secrets'));
  return ofType(resources, 'AWS::SecretsManager::Secret').map(({ id, type, properties }) => {
    const made = SecretList.find(({ ARN }) => ARN === physicalId(id));
    const hasValue = Object.keys(made?.SecretVersionsToStages ?? {}).length > 0;
    return {
      type,
      what: id,
      expected: { Description: properties['Description'], hasValue: properties['GenerateSecretString'] !== undefined },
      described: { ...made, hasValue },
    };
  });
};
