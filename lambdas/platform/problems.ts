import type * as z from 'zod';

/** What is wrong with an untrusted value, naming each field at fault; nothing of the value itself is quoted. */
export const problemsOf = ({ issues }: z.ZodError): string =>
  issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`).join('; ');
