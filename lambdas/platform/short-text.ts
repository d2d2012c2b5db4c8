import * as z from 'zod';

/** A text of at most 256 characters about a caller. Replaces lone surrogates, which DynamoDB rejects. */
export const shortText = z
  .string()
  .max(256)
  .transform((text) => text.toWellFormed());

/** A phone number in JSON: a string, or a number that has lost its plus sign. */
export const phoneNumberText = z.union([shortText, z.int().positive().transform(String)], {
  error: 'expected a phone number of at most 256 characters',
});
