import * as z from 'zod';

/** A number between two bounds, inclusive. In the environment it is text. */
export const number = (fallback: number, min: number, max: number): z.ZodDefault<z.ZodCoercedNumber> =>
  z.coerce.number().min(min).max(max).default(fallback);

/** A whole number between two bounds, inclusive. */
export const whole = (fallback: number, min: number, max: number): z.ZodDefault<z.ZodCoercedNumber> =>
  z.coerce.number().int().min(min).max(max).default(fallback);

/** `true` in cdk.json, `"true"` in the environment. */
export const flag = z.union([z.boolean(), z.stringbool()]);
