import * as z from 'zod';

/**
 * An ElevenLabs ID, or an ID from a pre-call sender: 1 to 128 characters of `A-Za-z0-9_-`. Every id that becomes part
 * of a URL, a key or a path is checked with this first.
 */
export const elevenLabsId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,128}$/, 'expected 1 to 128 of the characters A-Z a-z 0-9 _ -')
  // Ids become keys of objects, where names such as `constructor` have a meaning of their own.
  .refine((id) => !(id in {}), 'expected an id, not the name of a part of every object');
