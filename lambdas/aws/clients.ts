import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';

/** Without throwOnRequestTimeout the SDK only warns, and a call that hangs would hang for ever. */
const timeouts = (requestTimeout: number, connectionTimeout = 1_000) => ({
  connectionTimeout,
  requestTimeout,
  throwOnRequestTimeout: true,
});

const lowLatency = { maxAttempts: 3, requestHandler: timeouts(2_000) };

/** For a route whose caller hears it ring meanwhile: two attempts within a second. */
const urgent = { maxAttempts: 2, requestHandler: timeouts(400, 400) };

/** An object of 10 MB takes longer than an item of the ledger. */
const largeObject = { maxAttempts: 2, requestHandler: timeouts(8_000) };

/** One client per instance: whatever uses it shares its connections. */
const shared = <T>(make: () => T): (() => T) => {
  let made: T | undefined;
  return () => (made ??= make());
};

/** DynamoDB; region and endpoint come from the environment. */
export const dynamoDbClient = shared(() => new DynamoDBClient(lowLatency));
/** SQS; region and endpoint come from the environment. */
export const sqsClient = shared(() => new SQSClient(lowLatency));
/** EventBridge; region and endpoint come from the environment. */
export const eventBridgeClient = shared(() => new EventBridgeClient(lowLatency));
/** Creates a Secrets Manager client. Region and endpoint come from the environment. */
export const secretsClient = shared(() => new SecretsManagerClient(lowLatency));

/** DynamoDB for a route that cannot wait. */
export const urgentDynamoDbClient = shared(() => new DynamoDBClient(urgent));
/** SQS for a route that cannot wait. */
export const urgentSqsClient = shared(() => new SQSClient(urgent));
/**
 * Secrets Manager for a route that cannot wait. Without the secret every request is rejected, and the first answer at a
 * cold start is slow. So it makes one attempt that may take nearly all the time, instead of two short ones.
 */
export const urgentSecretsClient = shared(
  () => new SecretsManagerClient({ maxAttempts: 1, requestHandler: timeouts(950, 950) }),
);

/** S3. With a custom endpoint (`AWS_ENDPOINT_URL`) the bucket is part of the path, as emulators expect. */
export const s3Client = (hasCustomEndpoint: boolean): S3Client =>
  new S3Client({ ...largeObject, forcePathStyle: hasCustomEndpoint });
