import * as z from 'zod';

/** A text of at most 256 characters about a caller. Half characters, which DynamoDB rejects, are replaced. */
export const shortText = z
  .string()
  .max(256)
  .transform((text) => text.toWellFormed());
