import * as z from 'zod';

/** JSON inside a string, which is how templates hold filter patterns and the inputs of schedules. */
export const jsonText = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue(`${text} is not JSON`);
    return z.NEVER;
  }
});
