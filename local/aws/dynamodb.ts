import type { RequestListener, Server, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import dynalite from 'dynalite';
import { listenOnLoopback } from '../lambda/listen-on-loopback';
import { readBody } from '../lambda/read-body';

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
  const serve: RequestListener = (request, response) => {
    const { method, url, headers } = request;
    readBody(request, maxBytes).then(
      (body) => {
        if (body === undefined) response.writeHead(413).end();
        else {
          const answering = answerTo(response);
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

/** Resolves when dynalite answers, even if the connection is closed by then. */
const answerTo = (response: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    const end = response.end.bind(response);
    Object.assign(response, {
      end: (...args: unknown[]): unknown => {
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
