import type * as z from 'zod';

/**
 * The function's environment, parsed. Throws one error that names every variable at fault, never a value; importing a
 * module never needs an environment.
 */
export const parseEnv = <T>(schema: z.ZodType<T>, source: NodeJS.ProcessEnv): T => {
  const result = schema.safeParse(source);
  if (result.success) return result.data;
  const faults = result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
  throw new Error(`The function's environment does not fit: ${faults}. Deploy the stack again.`);
};
