import * as z from 'zod';

/** Creates the schema of a number between two inclusive bounds. In the environment, it is text. */
export const number = (fallback: number, min: number, max: number): z.ZodDefault<z.ZodCoercedNumber> =>
  z.coerce.number().min(min).max(max).default(fallback);

/** Creates the schema of a whole number between two inclusive bounds. */
export const whole = (fallback: number, min: number, max: number): z.ZodDefault<z.ZodCoercedNumber> =>
  z.coerce.number().int().min(min).max(max).default(fallback);

/** A flag: `true` in cdk.json, `"true"` in the environment. */
export const flag = z.union([z.boolean(), z.stringbool()]);
