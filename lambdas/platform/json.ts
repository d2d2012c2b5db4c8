import { ServiceError } from './errors';

/**
 * Parses a body, or a part of one; the error message calls it `what`. A byte order mark before the document is allowed.
 * Throws 400 `INVALID_JSON`.
 */
export const parseJson = (bytes: Buffer, what: string): unknown => {
  try {
    return JSON.parse(bytes.toString('utf8').replace(/^\uFEFF/, ''));
  } catch (error) {
    const message = `The ${what} is not valid JSON (${bytes.length} bytes). Send one JSON document in UTF-8.`;
    throw new ServiceError({ code: 'INVALID_JSON', message, cause: error });
  }
};
