import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';

/** Sets the timeouts of a client. Without throwOnRequestTimeout the SDK only warns, and a call could hang forever. */
const timeouts = (requestTimeout: number, connectionTimeout = 1_000) => ({
  connectionTimeout,
  requestTimeout,
  throwOnRequestTimeout: true,
});

const lowLatency = { maxAttempts: 3, requestHandler: timeouts(2_000) };

/** Two attempts within a second, for a route whose caller hears the phone ring meanwhile. */
const urgent = { maxAttempts: 2, requestHandler: timeouts(400, 400) };

/** Longer timeouts, because an object of 10 MB takes longer than an item of the ledger. */
const largeObject = { maxAttempts: 2, requestHandler: timeouts(8_000) };

/**
 * Creates one client per instance, so that all users share its connections. The calls below are marked as pure, so that
 * a function's bundle leaves out the clients that it does not use.
 */
const shared = <T>(make: () => T): (() => T) => {
  let client: T | undefined;
  return () => (client ??= make());
};

/** What all clients of the SDK have. */
interface HasSteps {
  readonly middlewareStack: { remove(name: string): boolean };
}

/**
 * Removes the steps that only logs of the SDK and statistics of AWS need. A pre-call sends a dozen requests while a
 * caller waits.
 */
const lean = <Client extends HasSteps>(client: Client): Client => {
  for (const step of ['loggerMiddleware', 'getUserAgentMiddleware']) client.middlewareStack.remove(step);
  return client;
};

/** Returns the DynamoDB client. Region and endpoint come from the environment. */
export const dynamoDbClient = /* @__PURE__ */ shared(() => lean(new DynamoDBClient(lowLatency)));
/** Returns the SQS client. Region and endpoint come from the environment. */
export const sqsClient = /* @__PURE__ */ shared(() => lean(new SQSClient(lowLatency)));
/** Returns the EventBridge client. Region and endpoint come from the environment. */
export const eventBridgeClient = /* @__PURE__ */ shared(() => new EventBridgeClient(lowLatency));
/** Returns the Secrets Manager client. Region and endpoint come from the environment. */
export const secretsClient = /* @__PURE__ */ shared(() => new SecretsManagerClient(lowLatency));

/** Returns a DynamoDB client with short timeouts, for a route that cannot wait. */
export const urgentDynamoDbClient = /* @__PURE__ */ shared(() => lean(new DynamoDBClient(urgent)));
/** Returns an SQS client with short timeouts, for a route that cannot wait. */
export const urgentSqsClient = /* @__PURE__ */ shared(() => lean(new SQSClient(urgent)));
/**
 * Returns a Secrets Manager client for a route that cannot wait. Without the secret every request is rejected, and the
 * first response after a cold start is slow. So it makes one long attempt instead of two short ones.
 */
export const urgentSecretsClient = /* @__PURE__ */ shared(
  () => new SecretsManagerClient({ maxAttempts: 1, requestHandler: timeouts(950, 950) }),
);

/**
 * Creates an S3 client. With a custom endpoint (`AWS_ENDPOINT_URL`), it uses path-style addressing, which emulators
 * require.
 */
export const s3Client = (hasCustomEndpoint: boolean): S3Client =>
  lean(new S3Client({ ...largeObject, forcePathStyle: hasCustomEndpoint }));
