import * as z from 'zod';

/** What is said of a caller is short, and is stored: without half characters, which DynamoDB refuses. */
export const shortText = z
  .string()
  .max(256)
  .transform((text) => text.toWellFormed());
