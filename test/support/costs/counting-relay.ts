import { createServer, request as httpRequest, type IncomingMessage } from 'node:http';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { listenOnLoopback } from '../../../local/lambda/listen-on-loopback';
import { bodyOf, stop } from '../http';
import { type Item, readUnits, writeUnits } from './ledger-units';

/** What AWS charges for, as it was counted. */
export interface AwsCounts {
  writeUnits: number;
  readUnits: number;
  /** Requests at S3's price of a PUT: POST and LIST cost as much. */
  s3Writes: number;
  s3Reads: number;
  sqsRequests: number;
  busEvents: number;
  secretReads: number;
}

/** A relay in front of AWS that counts what it is asked for. */
export interface CountingRelay {
  readonly url: string;
  readonly counts: Readonly<AwsCounts>;
  /** Counts from zero; before the first time nothing is counted, as the stack is only set up. */
  reset(): void;
  close(): Promise<void>;
}

const nothing: AwsCounts = {
  writeUnits: 0,
  readUnits: 0,
  s3Writes: 0,
  s3Reads: 0,
  sqsRequests: 0,
  busEvents: 0,
  secretReads: 0,
};

interface Exchange {
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  readonly body: Record<string, unknown>;
  readonly answer: Record<string, unknown>;
}

/** The local stack's own sweep scans and deletes; DynamoDB's is free. */
const free = ['DynamoDB_20120810.Scan', 'DynamoDB_20120810.DeleteItem', 'DynamoDB_20120810.DescribeTable'];

const ledgerWrites = ['DynamoDB_20120810.PutItem', 'DynamoDB_20120810.UpdateItem'];

const jsonOf = (bytes: Buffer): Record<string, unknown> => {
  try {
    return JSON.parse(bytes.toString()) as Record<string, unknown>;
  } catch {
    return {};
  }
};

/**
 * Recordings are fetched half a minute after their call; nobody waits for that here. A query costs what DynamoDB reads,
 * also what its filter then leaves out, so DynamoDB is asked for its own figure.
 */
const prepared = (operation: string, body: Buffer): Buffer => {
  if (operation.startsWith('AmazonSQS.SendMessage') && body.includes('PostCallsQueue'))
    return Buffer.from(body.toString().replaceAll(/"DelaySeconds":\d+/g, '"DelaySeconds":0'));
  if (operation !== 'DynamoDB_20120810.Query') return body;
  return Buffer.from(JSON.stringify({ ...jsonOf(body), ReturnConsumedCapacity: 'TOTAL' }));
};

/** Starts one on a free port of 127.0.0.1. Throws, in its answers, for an operation that it has no price for. */
export const startCountingRelay = async (target: string): Promise<CountingRelay> => {
  const counts = { ...nothing };
  let isCounting = false;
  const ledger = new DynamoDBClient({
    endpoint: target,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
  });
  const read = async ({ TableName, Key, Item: put }: Record<string, unknown>): Promise<Item | undefined> => {
    const key = (Key ?? { pk: (put as Item)['pk'] }) as Record<string, { S: string }>;
    const command = new GetItemCommand({ TableName: String(TableName), Key: key, ConsistentRead: true });
    return (await ledger.send(command)).Item as Item | undefined;
  };
  // One write after the other, so that what was there before each is known.
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work, work);
    turn = mine.catch(() => undefined);
    return mine;
  };
  const server = createServer((request, response) => {
    const relay = async (): Promise<void> => {
      const operation = String(request.headers['x-amz-target'] ?? '');
      const body = prepared(operation, await bodyOf(request));
      const forward = async () => {
        const answer = await ask(target, request, body);
        return { answer, bytes: await bodyOf(answer) };
      };
      const write = async () => {
        const before = await read(jsonOf(body));
        const done = await forward();
        counts.writeUnits += writeUnits(before, await read(jsonOf(body)));
        return done;
      };
      const { answer, bytes } = await (isCounting && ledgerWrites.includes(operation) ? inTurn(write) : forward());
      const { method = '', url: path = '' } = request;
      if (isCounting) count(counts, { operation, method, path, body: jsonOf(body), answer: jsonOf(bytes) });
      response.writeHead(answer.statusCode ?? 500, answer.headers).end(bytes);
    };
    relay().catch((error: unknown) => response.destroy(error as Error));
  });
  const port = await listenOnLoopback(server, 0);
  return {
    url: `http://127.0.0.1:${port}`,
    counts,
    reset: () => {
      isCounting = true;
      Object.assign(counts, nothing);
    },
    close: async () => {
      ledger.destroy();
      await stop(server);
    },
  };
};

const ask = (target: string, request: IncomingMessage, body: Buffer): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const headers = { ...request.headers, ...(body.length > 0 && { 'content-length': String(body.length) }) };
    const upstream = httpRequest(new URL(request.url ?? '/', target), { method: request.method, headers });
    upstream.once('response', resolve).once('error', reject).end(body);
  });

const count = (counts: AwsCounts, exchange: Exchange): void => {
  const { operation, body, answer } = exchange;
  if (free.includes(operation) || ledgerWrites.includes(operation)) return;
  if (operation.startsWith('DynamoDB_')) counts.readUnits += unitsRead(exchange);
  else if (operation.startsWith('secretsmanager.')) counts.secretReads += 1;
  else if (operation === 'AWSEvents.PutEvents') counts.busEvents += (body['Entries'] as unknown[]).length;
  else if (operation === 'AmazonSQS.ReceiveMessage') counts.sqsRequests += answer['Messages'] === undefined ? 0 : 1;
  else if (operation.startsWith('AmazonSQS.')) counts.sqsRequests += 1;
  else if (operation === '') countS3(counts, exchange);
  else throw new Error(`No price for ${operation}.`);
};

const unitsRead = ({ operation, body, answer }: Exchange): number => {
  switch (operation) {
    case 'DynamoDB_20120810.GetItem':
      return readUnits(answer['Item'] as Item | undefined);
    case 'DynamoDB_20120810.BatchGetItem': {
      const [[table, { Keys }]] = Object.entries(body['RequestItems'] as Record<string, { Keys: unknown[] }>) as [
        [string, { Keys: unknown[] }],
      ];
      const found = (answer['Responses'] as Record<string, Item[]>)[table] ?? [];
      return found.reduce((sum, item) => sum + readUnits(item), 0) + (Keys.length - found.length);
    }
    case 'DynamoDB_20120810.Query':
      return Math.max(0.5, (answer['ConsumedCapacity'] as { CapacityUnits: number }).CapacityUnits);
    default:
      throw new Error(`No price for ${operation}.`);
  }
};

const countS3 = (counts: AwsCounts, { method, path }: Exchange): void => {
  if (method === 'DELETE') return;
  if (method === 'PUT' || method === 'POST' || path.includes('list-type=')) counts.s3Writes += 1;
  else counts.s3Reads += 1;
};
