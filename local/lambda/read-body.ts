import type { IncomingMessage } from 'node:http';

/**
 * Reads a request's body of at most `maxBytes`. Resolves with undefined as soon as it is larger, and discards the rest.
 * Rejects if the sender disconnects before the end.
 */
export const readBody = (request: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> =>
  new Promise((resolve, reject) => {
    let chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= maxBytes) {
        chunks.push(chunk);
        return;
      }
      chunks = [];
      resolve(undefined);
    });
    request.on('end', () => {
      resolve(Buffer.concat(chunks));
    });
    request.on('error', reject);
    request.on('close', () => {
      reject(new Error(`The sender closed the connection after ${bytes} bytes of its body`));
    });
  });
