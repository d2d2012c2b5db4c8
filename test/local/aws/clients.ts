import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';

/** The SDK's own clients, pointed at the emulators the way a function's environment does it. */
export const clientsFor = (endpoint: string, region = 'eu-central-1') => {
  const config = { endpoint, region, maxAttempts: 1, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
  const clients = {
    s3: new S3Client({ ...config, forcePathStyle: true }),
    sqs: new SQSClient(config),
    dynamoDb: new DynamoDBClient(config),
    secrets: new SecretsManagerClient(config),
  };
  const destroy = () => {
    for (const client of Object.values(clients)) client.destroy();
  };
  return { ...clients, destroy };
};
