import { createServer, type RequestListener } from 'node:http';
import { listenOnLoopback } from '../lambda/listen-on-loopback';
import { answerJson } from './answer-json';
import { credentialScope } from './credential-scope';
import { createDynamoDb } from './dynamodb';
import { type BusEvent, createEventBus } from './event-bus';
import { createSecretsManager } from './secrets-manager';

/** The AWS services that the local stack brings along. */
export interface AwsEmulators {
  /** What functions get as `AWS_ENDPOINT_URL`. */
  readonly url: string;
  /** What was put on the event bus. */
  readonly busEvents: readonly BusEvent[];
  /** Ends open requests and forgets everything that was stored. */
  close(): Promise<void>;
}

const refuse: RequestListener = (request, response) => {
  const service = credentialScope(request)?.service;
  const known = 'S3, SQS, DynamoDB, Secrets Manager, EventBridge and STS';
  const message = `The local stack has ${known}, but not ${String(service)}.`;
  answerJson(response, 400, { __type: 'UnknownOperationException', message });
};

/**
 * Serves S3, SQS, DynamoDB, Secrets Manager, EventBridge's PutEvents and STS' GetCallerIdentity from memory, on one
 * port of the loopback interface. The credential scope of the signature says which service a request is for. A request
 * without a signature goes to S3, because uploads by POST policy carry theirs in the form. Signatures are not checked.
 * S3 refuses bodies over 11 MiB and does not enforce POST policies.
 */
export const startAwsEmulators = async (): Promise<AwsEmulators> => {
  const { buildApp } = await import('fauxqs');
  const storageAndQueues = buildApp({ logger: false });
  await storageAndQueues.ready();
  const serveStorageAndQueues: RequestListener = (request, response) => {
    storageAndQueues.routing(request, response);
  };
  const bus = createEventBus();
  const services = new Map<string, RequestListener>([
    ['s3', serveStorageAndQueues],
    ['sqs', serveStorageAndQueues],
    ['sts', serveStorageAndQueues],
    ['dynamodb', createDynamoDb()],
    ['secretsmanager', createSecretsManager()],
    ['events', bus.serve],
  ]);

  const server = createServer((request, response) => {
    const serve = services.get(credentialScope(request)?.service ?? 's3') ?? refuse;
    serve(request, response);
  });
  const port = await listenOnLoopback(server, 0);

  const close = async (): Promise<void> => {
    const closed = new Promise((resolve) => server.close(resolve));
    await storageAndQueues.close();
    server.closeAllConnections();
    await closed;
  };
  return { url: `http://127.0.0.1:${port}`, busEvents: bus.events, close };
};
