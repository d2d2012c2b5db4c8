import type * as z from 'zod';
import { problemsOf } from './problems';

/** Parses the environment of a function. Throws one error that names every invalid variable but quotes no values. */
export const parseEnv = <T>(schema: z.ZodType<T>, source: NodeJS.ProcessEnv): T => {
  const result = schema.safeParse(source);
  if (result.success) return result.data;
  const problems = problemsOf(result.error);
  throw new Error(`Environment variables of this function are not valid: ${problems}. Deploy the stack again.`);
};

/**
 * The environment variables of a function, as lib/ sets them: as text, required or optional as in the function's
 * schema.
 */
export type VariablesOf<Schema extends z.ZodType> = TextOf<z.input<Schema>>;

type TextOf<T> = { readonly [K in keyof T]: string };

/**
 * Builds a function's dependencies on the first call and keeps them while the instance is warm. Reads the environment
 * only then. If a build fails, the next call builds again.
 */
export const builtOnce = <Env, Built>(environment: z.ZodType<Env>, build: (env: Env) => Built): (() => Built) => {
  let built: { readonly deps: Built } | undefined;
  return () => {
    built ??= { deps: build(parseEnv(environment, process.env)) };
    return built.deps;
  };
};
