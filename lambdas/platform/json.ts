import { ServiceError } from './errors';

/** Parses a body, or a part of one, called `what` in the refusal. Throws 400 `INVALID_JSON` with its size. */
export const parseJson = (bytes: Buffer, what: string): unknown => {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    const message = `The ${what} is not valid JSON (${bytes.length} bytes).`;
    throw new ServiceError({ code: 'INVALID_JSON', message, cause: error });
  }
};
