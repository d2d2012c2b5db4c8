import type { RequestListener, Server, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import dynalite from 'dynalite';
import { listenOnLoopback } from '../lambda/listen-on-loopback';
import { readBody } from '../lambda/read-body';
import { answerJson } from './answer-json';
import { indexProjections } from './index-projection';

/** DynamoDB accepts requests of at most 16 MiB (its service quotas). */
const maxBytes = 16 * 1024 * 1024;

/** A DynamoDB that other servers forward requests to. */
interface DynamoDb {
  readonly serve: RequestListener;
  /** Closes the database, so that the next one can open its folder. */
  readonly close: () => Promise<void>;
}

/**
 * Creates a DynamoDB in memory or in a folder, without transactions, TTL or streams. It reads the body before dynalite
 * sees the request. Otherwise, dynalite throws from an event handler when the sender disconnects, which would end the
 * process.
 */
export const createDynamoDb = (folder?: string): DynamoDb => {
  const path = folder === undefined ? {} : { path: folder };
  const tables = dynalite({ createTableMs: 0, updateTableMs: 0, deleteTableMs: 0, ...path });
  const unanswered = new Set<Promise<void>>();
  const projections = indexProjections();
  const serve: RequestListener = (request, response) => {
    const { method, url, headers } = request;
    readBody(request, maxBytes).then(
      (body) => {
        const operation = String(headers['x-amz-target']).split('.').at(-1) ?? '';
        const problem = reads.has(operation) ? projections.problemOf(parsed(body)) : undefined;
        if (body === undefined) response.writeHead(413).end();
        else if (problem !== undefined) answerJson(response, 400, { __type: validationException, message: problem });
        else {
          const learn = (answer: unknown): void => projections.learn(parsed(answer));
          const answering = answerTo(response, describing.has(operation) ? learn : () => undefined);
          unanswered.add(answering);
          void answering.then(() => unanswered.delete(answering));
          tables.emit('request', Object.assign(Readable.from([body]), { method, url, headers }), response);
        }
      },
      () => response.destroy(),
    );
  };
  // A database in memory needs no closing. Work that goes on after it was closed would throw, and end the process.
  const close = async (): Promise<void> => {
    if (folder === undefined) return;
    await Promise.all(unanswered);
    await closeDatabase(tables);
  };
  return { serve, close };
};

/** The operations that can read an index, and those whose answers describe a table. */
const reads: ReadonlySet<string> = new Set(['Query', 'Scan']);
const describing: ReadonlySet<string> = new Set(['CreateTable', 'DescribeTable', 'UpdateTable']);

const validationException = 'com.amazon.coral.validate#ValidationException';

const parsed = (json: unknown): unknown => {
  try {
    return JSON.parse(String(json));
  } catch {
    return undefined;
  }
};

/** Resolves when dynalite answers, even if the connection is closed by then. Passes the answer's body on first. */
const answerTo = (response: ServerResponse, onBody: (body: unknown) => void): Promise<void> =>
  new Promise((resolve) => {
    const end = response.end.bind(response);
    Object.assign(response, {
      end: (...args: unknown[]): unknown => {
        onBody(args[0]);
        resolve();
        return Reflect.apply(end, response, args);
      },
    });
  });

/** Dynalite closes its database, whose folder one process at a time may have open, only after a server that listens. */
const closeDatabase = async (tables: Server): Promise<void> => {
  await listenOnLoopback(tables, 0);
  await new Promise((resolve) => tables.close(resolve));
};
