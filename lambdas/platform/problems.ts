import type * as z from 'zod';

/** Names each field of an untrusted value that is not valid, and why. Quotes nothing of the value. */
export const problemsOf = ({ issues }: z.ZodError): string =>
  issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`).join('; ');
