import * as z from 'zod';

/** `DYNAMIC_VARIABLES`: what the agent needs beside what we know ourselves. */
export const dynamicVariables = z
  .string()
  .transform((text): unknown => JSON.parse(text))
  .pipe(z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])));

/** The dynamic variables of one call. */
export type DynamicVariables = Readonly<Record<string, string | number | boolean>>;

/** The variables for this caller: `{name}` in texts becomes the name, or nothing. */
export const variablesFor = (variables: DynamicVariables, name: string | undefined): DynamicVariables =>
  Object.fromEntries(
    Object.entries(variables).map(([key, value]) => [
      key,
      // By a function: in a text a `$&` of the name would be a pattern.
      typeof value === 'string' ? value.replaceAll('{name}', () => name ?? '') : value,
    ]),
  );
