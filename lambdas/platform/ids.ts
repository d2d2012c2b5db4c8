import * as z from 'zod';

/**
 * An id that ElevenLabs or a pre-call sender gave: 1 to 128 of `A-Za-z0-9_-`.
 * Everything that goes into a URL, a key or a path has passed this first.
 */
export const elevenLabsId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,128}$/, 'expected 1 to 128 of the characters A-Z a-z 0-9 _ -')
  // Ids are keys of maps, in the ledger and on the way there.
  .refine((id) => !(id in {}), 'expected an id, not the name of a part of every object');
