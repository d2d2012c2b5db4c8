import type * as z from 'zod';

/** Parses the environment of a function. Throws one error that names every faulty variable, and no value. */
export const parseEnv = <T>(schema: z.ZodType<T>, source: NodeJS.ProcessEnv): T => {
  const result = schema.safeParse(source);
  if (result.success) return result.data;
  const faults = result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
  throw new Error(`Environment variables of this function are not valid: ${faults}. Deploy the stack again.`);
};

/** The variables of a schema as lib/ sets them: required or optional as in the schema, and text. */
export type VariablesOf<Schema extends z.ZodType> = TextOf<z.input<Schema>>;

type TextOf<T> = { readonly [K in keyof T]: string };

/**
 * A function's dependencies, built from the environment on the first call and kept while the instance is warm. The next
 * call builds again when a build failed. Nothing reads the environment before the first call.
 */
export const builtOnce = <Env, Built>(environment: z.ZodType<Env>, build: (env: Env) => Built): (() => Built) => {
  let built: { readonly value: Built } | undefined;
  return () => (built ??= { value: build(parseEnv(environment, process.env)) }).value;
};
