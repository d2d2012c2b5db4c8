import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import type { KeptState } from '../kept-state';
import { listenOnLoopback } from '../lambda/listen-on-loopback';
import { answerJson } from './answer-json';
import { credentialScope } from './credential-scope';
import { createDynamoDb } from './dynamodb';
import { type BusEvent, createEventBus } from './event-bus';
import { messageMoves } from './message-moves';
import { SecretStore, type StoredSecret } from './secret-store';
import { createSecretsManager } from './secrets-manager';
import { serveJson } from './serve-json';
import { createStorageAndQueues } from './storage-and-queues';

/** The AWS services that the local stack emulates. */
export interface AwsEmulators {
  /** The `AWS_ENDPOINT_URL` of the functions. */
  readonly url: string;
  /** The events that were put on the event bus. */
  readonly busEvents: readonly BusEvent[];
  /** Serves additional services on the same port, by the signing names of their requests. */
  readonly serve: (more: Readonly<Record<string, RequestListener>>) => void;
  /** Closes open requests and discards all stored data. */
  close(): Promise<void>;
}

/** Options of the emulators. */
export interface EmulatorsOptions {
  /** Port on 127.0.0.1. @default any free one */
  readonly port?: number | undefined;
  /** Where stored data is kept. @default memory */
  readonly kept?: KeptState | undefined;
}

const storedSecrets = z.object({ secrets: z.array(z.custom<StoredSecret>()) });

const secretStore = (kept: KeptState | undefined): SecretStore => {
  const { secrets } = storedSecrets.safeParse(kept?.load('secrets')).data ?? { secrets: [] };
  return new SecretStore(secrets, (all) => kept?.save('secrets', { secrets: all }));
};

const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };

const refuse: RequestListener = (request, response) => {
  const service = credentialScope(request)?.service;
  const known = 'S3, SQS, DynamoDB, Secrets Manager, EventBridge and STS';
  const message = `The local stack has ${known}, but not ${String(service)}.`;
  answerJson(response, 400, { __type: 'UnknownOperationException', message });
};

const moves: ReadonlySet<string> = new Set(['StartMessageMoveTask', 'ListMessageMoveTasks']);

const isMove = ({ headers }: IncomingMessage): boolean =>
  moves.has(String(headers['x-amz-target']).replace('AmazonSQS.', ''));

/**
 * Serves S3, SQS, DynamoDB, Secrets Manager, EventBridge's PutEvents and STS's GetCallerIdentity from memory, on one
 * port of the loopback interface. The signature's credential scope names the service. Requests without a signature go
 * to S3, because uploads by POST policy carry theirs in the form. Signatures are not verified. S3 rejects bodies over
 * 11 MiB and does not enforce POST policies.
 */
export const startAwsEmulators = async ({
  port: wantedPort = 0,
  kept,
}: EmulatorsOptions = {}): Promise<AwsEmulators> => {
  const storageAndQueues = await createStorageAndQueues(kept);
  const serveStorageAndQueues: RequestListener = (request, response) => {
    storageAndQueues.routing(request, response);
  };
  const dynamoDb = createDynamoDb(kept?.folder('dynamodb'));
  const bus = createEventBus();
  const services = new Map<string, RequestListener>([
    ['s3', serveStorageAndQueues],
    ['sqs', serveStorageAndQueues],
    ['sts', serveStorageAndQueues],
    ['dynamodb', dynamoDb.serve],
    ['secretsmanager', createSecretsManager(secretStore(kept))],
    ['events', bus.serve],
  ]);

  const server = createServer((request, response) => {
    const service = credentialScope(request)?.service ?? 's3';
    const serve = service === 'sqs' && isMove(request) ? serveMoves : (services.get(service) ?? refuse);
    serve(request, response);
  });
  const port = await listenOnLoopback(server, wantedPort);
  const url = `http://127.0.0.1:${port}`;
  const sqs = new SQSClient({ endpoint: url, region: 'us-east-1', credentials });
  const serveMoves = serveJson('SQS', messageMoves(sqs));

  const close = async (): Promise<void> => {
    sqs.destroy();
    const closed = new Promise((resolve) => server.close(resolve));
    await storageAndQueues.close();
    server.closeAllConnections();
    await closed;
    await dynamoDb.close();
  };
  const serveMore: AwsEmulators['serve'] = (more) =>
    Object.entries(more).forEach(([name, serve]) => services.set(name, serve));
  return { url, busEvents: bus.events, serve: serveMore, close };
};
