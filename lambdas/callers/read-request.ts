import type * as z from 'zod';
import { ServiceError } from '../platform/errors';
import { parseJson } from '../platform/json';
import { problemsOf } from '../platform/problems';

/**
 * Parses the JSON body of a request, which the error message calls `what`, such as `The withdrawal`. Throws 400 with
 * the invalid fields.
 */
export const readRequest = <T>(schema: z.ZodType<T>, body: Buffer, what: string): T => {
  const { data, error } = schema.safeParse(parseJson(body, 'body'));
  if (error !== undefined) throw invalidRequest(what, problemsOf(error));
  return data;
};

/** Returns the 400 error for an invalid request. `problem` names the invalid field and quotes no values. */
export const invalidRequest = (what: string, problem: string): ServiceError =>
  new ServiceError({ code: 'INVALID_PAYLOAD', message: `${what} is not valid: ${problem}.` });
