import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';

/** An AWS call that hangs is given up in time for the SDK's own repetition within the function's deadline. */
const quick = { maxAttempts: 3, requestHandler: { connectionTimeout: 1_000, requestTimeout: 4_000 } };

/** A sample of 10 MB takes longer than a ledger row. */
const bulky = { maxAttempts: 2, requestHandler: { connectionTimeout: 1_000, requestTimeout: 10_000 } };

/** DynamoDB, region and endpoint from the environment. */
export const dynamoDbClient = (): DynamoDBClient => new DynamoDBClient(quick);
/** SQS, region and endpoint from the environment. */
export const sqsClient = (): SQSClient => new SQSClient(quick);
/** Secrets Manager, region and endpoint from the environment. */
export const secretsClient = (): SecretsManagerClient => new SecretsManagerClient(quick);
/** S3; with a custom endpoint (`AWS_ENDPOINT_URL`) buckets are part of the path, as emulators want it. */
export const s3Client = (hasCustomEndpoint: boolean): S3Client =>
  new S3Client({ ...bulky, forcePathStyle: hasCustomEndpoint });
