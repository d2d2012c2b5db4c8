import type { IncomingMessage } from 'node:http';
import * as z from 'zod';
import { readBody } from '../lambda/read-body';
import { ApiError, invalidField } from './errors';
import type { Json } from './json';
import { type Form, readForm } from './multipart';

const maxJsonBytes = 1024 * 1024;
/** Ten files of the greatest size and more; a bound of the simulator's own. */
const maxFormBytes = 128 * 1024 * 1024;

const readWhole = async (request: IncomingMessage, maxBytes: number): Promise<Buffer> => {
  const body = await readBody(request, maxBytes);
  if (body === undefined) throw new ApiError(413, 'request_too_large', `The body has more than ${maxBytes} bytes.`);
  return body;
};

/** Reads a JSON body of at most 1 MiB. Rejects with InvalidRequest unless its type and its text are JSON. */
export const readJsonBody = async (request: IncomingMessage): Promise<Json> => {
  const body = await readWhole(request, maxJsonBytes);
  const contentType = request.headers['content-type'] ?? '';
  if (!/^application\/json\b/i.test(contentType))
    throw invalidField(['body'], `The content type is '${contentType}', not application/json`);
  try {
    return z.json().parse(JSON.parse(body.toString('utf8')));
  } catch {
    throw invalidField(['body', 0], 'JSON decode error', 'json_invalid');
  }
};

/** Reads a multipart form of at most 128 MiB. Rejects with InvalidRequest for anything else. */
export const readFormBody = async (request: IncomingMessage): Promise<Form> => {
  const body = await readWhole(request, maxFormBytes);
  return readForm(request.headers['content-type'] ?? '', body);
};
