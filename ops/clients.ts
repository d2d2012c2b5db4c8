import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { CostExplorerClient } from '@aws-sdk/client-cost-explorer';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** AWS clients, all for one account or one emulator. */
export interface Clients {
  readonly cloudFormation: CloudFormationClient;
  readonly cloudWatch: CloudWatchClient;
  readonly logs: CloudWatchLogsClient;
  readonly costs: CostExplorerClient;
  readonly lambda: LambdaClient;
  readonly dynamoDb: DynamoDBDocumentClient;
  /** For tables, not for their items. */
  readonly tables: DynamoDBClient;
  readonly s3: S3Client;
  readonly sqs: SQSClient;
  readonly secrets: SecretsManagerClient;
  /** Closes the connections of all clients. */
  readonly destroy: () => void;
}

/** Where the clients connect to. AWS's default configuration fills in whatever is omitted. */
export interface ClientOptions {
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
  /** An emulator of the stores; `operations` emulates CloudWatch, CloudWatch Logs and Lambda. */
  readonly emulator?: { readonly stores: string; readonly operations: string } | undefined;
}

/** Dummy credentials, so that AWS itself is never reached. */
const localCredentials = { accessKeyId: 'local', secretAccessKey: 'local' };

/** Creates clients for an account or an emulator. They connect on the first request. */
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
    tables,
    cloudFormation: new CloudFormationClient(stores),
    cloudWatch: new CloudWatchClient(others),
    logs: new CloudWatchLogsClient(others),
    costs: new CostExplorerClient(others),
    lambda: new LambdaClient({ ...others, requestHandler: { requestTimeout: 900_000 } }),
    dynamoDb: DynamoDBDocumentClient.from(tables, { marshallOptions: { removeUndefinedValues: true } }),
    s3: new S3Client({ ...stores, forcePathStyle: emulator !== undefined || hasOwnEndpoint() }),
    // An endpoint from the environment takes precedence over the host of a queue's URL.
    sqs: new SQSClient({ ...stores, useQueueUrlAsEndpoint: false }),
    secrets: new SecretsManagerClient(stores),
  };
  return { ...clients, destroy: () => Object.values(clients).forEach((client) => client.destroy()) };
};

/** Tells whether `AWS_ENDPOINT_URL` points the AWS clients to an emulator, which needs path-style bucket addressing. */
const hasOwnEndpoint = (): boolean => (process.env['AWS_ENDPOINT_URL'] ?? '') !== '';
