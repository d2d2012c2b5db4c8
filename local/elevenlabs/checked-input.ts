import type * as z from 'zod';
import { InvalidRequest } from './errors';

/** Reads the query or the body of a request. Throws InvalidRequest, with one complaint for each field that is malformed or not known. */
export const checkedInput = <T>(schema: z.ZodType<T>, value: unknown, where: 'query' | 'body'): T => {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new InvalidRequest(
    parsed.error.issues.flatMap(({ path, message, ...issue }) => {
      const at = path.map(String);
      const paths = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...at, key]) : [at];
      return paths.map((fieldPath) => ({ loc: [where, ...fieldPath], msg: message, type: 'value_error' }));
    }),
  );
};
