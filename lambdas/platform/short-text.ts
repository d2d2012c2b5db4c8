import * as z from 'zod';

/** A text of at most 256 characters about a caller. Half characters, which DynamoDB rejects, are replaced. */
export const shortText = z
  .string()
  .max(256)
  .transform((text) => text.toWellFormed());

/** A phone number as JSON holds it: a text, or a number that has lost its plus. */
export const phoneNumberText = z.union([shortText, z.int().positive().transform(String)], {
  error: 'expected a phone number of at most 256 characters',
});
