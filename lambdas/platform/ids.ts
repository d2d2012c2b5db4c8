import * as z from 'zod';

/**
 * An id from ElevenLabs or from a pre-call sender: 1 to 128 characters of `A-Za-z0-9_-`. Every id is checked with this
 * schema before it becomes part of a URL, key or path.
 */
export const elevenLabsId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,128}$/, 'expected 1 to 128 of the characters A-Z a-z 0-9 _ -')
  // Ids become object keys, where names such as `constructor` have a special meaning.
  .refine((id) => !(id in {}), 'expected an id, not the name of a part of every object');
