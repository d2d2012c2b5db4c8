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

/** The variables that a schema reads, as lib/ sets them: required and optional as the schema says, all of them text. */
export type VariablesOf<Schema extends z.ZodType> = TextOf<z.input<Schema>>;

type TextOf<T> = { readonly [K in keyof T]: string };
