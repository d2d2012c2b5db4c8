import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** AWS' own clients, all for one account or one emulator. */
export interface Clients {
  readonly cloudFormation: CloudFormationClient;
  readonly cloudWatch: CloudWatchClient;
  readonly logs: CloudWatchLogsClient;
  readonly lambda: LambdaClient;
  readonly dynamoDb: DynamoDBDocumentClient;
  readonly s3: S3Client;
  readonly sqs: SQSClient;
  readonly secrets: SecretsManagerClient;
  /** Closes their connections. */
  readonly destroy: () => void;
}

/** Where the clients connect to. What is left out comes from AWS' own configuration. */
export interface ClientOptions {
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
  /** An emulator of the stores; `operations` one of CloudWatch, CloudWatch Logs and Lambda. */
  readonly emulator?: { readonly stores: string; readonly operations: string } | undefined;
}

/** Credentials that mean nothing, so that AWS itself is never reached. */
const localCredentials = { accessKeyId: 'local', secretAccessKey: 'local' };

/** Clients of an account, or of an emulator. They connect with the first request. */
export const createClients = ({ region, profile, emulator }: ClientOptions): Clients => {
  const common = {
    ...(region !== undefined && { region }),
    ...(profile !== undefined && { profile }),
    ...(emulator !== undefined && { credentials: localCredentials, maxAttempts: 1 }),
  };
  const stores = { ...common, ...(emulator !== undefined && { endpoint: emulator.stores }) };
  const others = { ...common, ...(emulator !== undefined && { endpoint: emulator.operations }) };
  const tables = new DynamoDBClient(stores);
  const clients = {
    cloudFormation: new CloudFormationClient(stores),
    cloudWatch: new CloudWatchClient(others),
    logs: new CloudWatchLogsClient(others),
    lambda: new LambdaClient({ ...others, requestHandler: { requestTimeout: 900_000 } }),
    dynamoDb: DynamoDBDocumentClient.from(tables, { marshallOptions: { removeUndefinedValues: true } }),
    s3: new S3Client({ ...stores, forcePathStyle: emulator !== undefined || hasOwnEndpoint() }),
    // An endpoint of the environment counts, whatever host the URL of a queue has.
    sqs: new SQSClient({ ...stores, useQueueUrlAsEndpoint: false }),
    secrets: new SecretsManagerClient(stores),
  };
  return { ...clients, destroy: () => [...Object.values(clients), tables].forEach((client) => client.destroy()) };
};

/** `AWS_ENDPOINT_URL` points AWS' clients to an emulator, which knows buckets by path. */
const hasOwnEndpoint = (): boolean => (process.env['AWS_ENDPOINT_URL'] ?? '') !== '';
