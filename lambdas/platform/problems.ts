import type * as z from 'zod';

/** Names each invalid field of an untrusted value and the reason. Never quotes the value. */
export const problemsOf = ({ issues }: z.ZodError): string =>
  issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`).join('; ');
