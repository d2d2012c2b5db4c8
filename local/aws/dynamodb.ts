import type { RequestListener, Server } from 'node:http';
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
  const serve: RequestListener = (request, response) => {
    const { method, url, headers } = request;
    readBody(request, maxBytes).then(
      (body) => {
        if (body === undefined) response.writeHead(413).end();
        else tables.emit('request', Object.assign(Readable.from([body]), { method, url, headers }), response);
      },
      () => response.destroy(),
    );
  };
  return { serve, close: () => closeDatabase(tables) };
};

/** Dynalite closes its database, whose folder one process at a time may have open, only after a server that listens. */
const closeDatabase = async (tables: Server): Promise<void> => {
  await listenOnLoopback(tables, 0);
  await new Promise((resolve) => tables.close(resolve));
};
