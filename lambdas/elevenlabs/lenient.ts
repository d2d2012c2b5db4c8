import type * as z from 'zod';

/** What may be missing, null, or of a shape that nobody documented: then it counts as missing. */
export const lenient = <T extends z.ZodType>(schema: T) =>
  schema
    .nullish()
    .catch(undefined)
    .transform((value) => value ?? undefined);
