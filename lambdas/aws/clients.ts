import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';

/** Without throwOnRequestTimeout the SDK only warns, and a call that hangs would hang for ever. */
const patience = (requestTimeout: number, connectionTimeout = 1_000) => ({
  connectionTimeout,
  requestTimeout,
  throwOnRequestTimeout: true,
});

const quick = { maxAttempts: 3, requestHandler: patience(2_000) };

/** Where a caller hears it ring meanwhile: two attempts within a second. */
const prompt = { maxAttempts: 2, requestHandler: patience(400, 400) };

/** A sample of 10 MB takes longer than a ledger row. */
const bulky = { maxAttempts: 2, requestHandler: patience(8_000) };

/** DynamoDB, region and endpoint from the environment. */
export const dynamoDbClient = (): DynamoDBClient => new DynamoDBClient(quick);
/** DynamoDB for a path that cannot wait. */
export const promptDynamoDbClient = (): DynamoDBClient => new DynamoDBClient(prompt);
/** SQS for a path that cannot wait. */
export const promptSqsClient = (): SQSClient => new SQSClient(prompt);
/**
 * Secrets Manager for a path that cannot wait. Without the secret nobody gets in, and the first answer at a cold start comes late: one
 * attempt that gets nearly all the time there is, in place of two that give up half-way.
 */
export const promptSecretsClient = (): SecretsManagerClient =>
  new SecretsManagerClient({ maxAttempts: 1, requestHandler: patience(950, 950) });
/** SQS, region and endpoint from the environment. */
export const sqsClient = (): SQSClient => new SQSClient(quick);
/** EventBridge, region and endpoint from the environment. */
export const eventBridgeClient = (): EventBridgeClient => new EventBridgeClient(quick);
/** Secrets Manager, region and endpoint from the environment. */
export const secretsClient = (): SecretsManagerClient => new SecretsManagerClient(quick);
/** S3; with a custom endpoint (`AWS_ENDPOINT_URL`) buckets are part of the path, as emulators want it. */
export const s3Client = (hasCustomEndpoint: boolean): S3Client =>
  new S3Client({ ...bulky, forcePathStyle: hasCustomEndpoint });
