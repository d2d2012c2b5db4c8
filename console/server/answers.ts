import type { ServerResponse } from 'node:http';
import type { ProblemDocument } from '../shared/documents';
import { securityHeaders } from './guard';

/** The response of a route. */
export interface RouteAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string | Buffer;
}

/** Creates a response with a JSON document. */
export const json = (document: unknown, status = 200): RouteAnswer => ({
  status,
  contentType: 'application/json',
  body: JSON.stringify(document, (_, value: unknown) => (value instanceof Set ? [...value] : value)),
});

/** Creates a response with a sentence about what is wrong. */
export const problem = (status: number, sentence: string): RouteAnswer => {
  const document: ProblemDocument = { problem: sentence };
  return json(document, status);
};

/** The page sent a request that cannot be done. */
export class BadRequest extends Error {
  override readonly name = 'BadRequest';
}

/** Writes a response. */
export const send = (response: ServerResponse, { status, contentType, body }: RouteAnswer): void => {
  response.writeHead(status, {
    ...securityHeaders,
    'content-type': contentType,
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
};
