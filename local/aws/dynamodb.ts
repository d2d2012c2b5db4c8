import type { RequestListener } from 'node:http';
import { Readable } from 'node:stream';
import dynalite from 'dynalite';
import { readBody } from '../lambda/read-body';

/** DynamoDB accepts requests of at most 16 MiB (its service quotas). */
const maxBytes = 16 * 1024 * 1024;

/**
 * Creates a DynamoDB in memory or in a folder, without transactions, TTL or streams. It reads the body before dynalite
 * sees the request. Otherwise, dynalite throws from an event handler when the sender disconnects, which would end the
 * process.
 */
export const createDynamoDb = (folder?: string): RequestListener => {
  const path = folder === undefined ? {} : { path: folder };
  const tables = dynalite({ createTableMs: 0, updateTableMs: 0, deleteTableMs: 0, ...path });
  return (request, response) => {
    const { method, url, headers } = request;
    readBody(request, maxBytes).then(
      (body) => {
        if (body === undefined) response.writeHead(413).end();
        else tables.emit('request', Object.assign(Readable.from([body]), { method, url, headers }), response);
      },
      () => response.destroy(),
    );
  };
};
