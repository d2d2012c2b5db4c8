import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';

/** The clients that create what the template describes. */
export interface AwsClients {
  readonly s3: S3Client;
  readonly sqs: SQSClient;
  readonly dynamoDb: DynamoDBClient;
  readonly secretsManager: SecretsManagerClient;
  /** Closes the connections of all clients. */
  destroy(): void;
}

/** Creates clients for an emulator at `endpoint`, with dummy credentials, so that AWS itself is never reached. */
export const createAwsClients = (endpoint: string, region: string): AwsClients => {
  const config = { endpoint, region, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
  const s3 = new S3Client({ ...config, forcePathStyle: true });
  const sqs = new SQSClient(config);
  const dynamoDb = new DynamoDBClient(config);
  const secretsManager = new SecretsManagerClient(config);
  const destroy = (): void => {
    for (const client of [s3, sqs, dynamoDb, secretsManager]) client.destroy();
  };
  return { s3, sqs, dynamoDb, secretsManager, destroy };
};
