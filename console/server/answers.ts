import type { ServerResponse } from 'node:http';
import type { ProblemDocument } from '../shared/documents';
import { securityHeaders } from './guard';

/** What a route answers. */
export interface RouteAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string | Buffer;
}

/** A document as JSON. */
export const json = (document: unknown, status = 200): RouteAnswer => ({
  status,
  contentType: 'application/json',
  body: JSON.stringify(document, (_, value: unknown) => (value instanceof Set ? [...value] : value)),
});

/** A sentence about what is wrong. */
export const problem = (status: number, sentence: string): RouteAnswer => {
  const document: ProblemDocument = { problem: sentence };
  return json(document, status);
};

/** A request of the page that cannot be done as it is. */
export class BadRequest extends Error {
  override readonly name = 'BadRequest';
}

/** Writes an answer. */
export const send = (response: ServerResponse, { status, contentType, body }: RouteAnswer): void => {
  response.writeHead(status, {
    ...securityHeaders,
    'content-type': contentType,
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
};
