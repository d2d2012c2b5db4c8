import type * as z from 'zod';

/** Accepts a value that may be missing, null, or of an undocumented shape. The value then counts as missing. */
export const lenient = <T extends z.ZodType>(schema: T) => schema.optional().catch(undefined);
