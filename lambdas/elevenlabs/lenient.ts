import * as z from 'zod';

/** Accepts a value that may be missing, null, or of an undocumented shape. The value then counts as missing. */
export const lenient = <T extends z.ZodType>(schema: T) => schema.optional().catch(undefined);

/**
 * The answer to a deletion: `{ status: 'ok' }`, any other body, or none. Not an error, nor a page that the network sent
 * in place of ElevenLabs' answer.
 */
export const deletionAnswer = z.union([
  z.string().regex(/^(?!\s*<)/),
  z.null(),
  z.looseObject({ detail: z.undefined().optional() }),
]);
