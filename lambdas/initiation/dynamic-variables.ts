import * as z from 'zod';

/** `DYNAMIC_VARIABLES`: the variables that the installation sets for every call. */
export const dynamicVariables = z
  .string()
  .transform((text): unknown => JSON.parse(text))
  .pipe(z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])));

/** The dynamic variables of one call. */
export type DynamicVariables = Readonly<Record<string, string | number | boolean>>;

/** Returns the variables for one caller. Replaces `{name}` in texts with the name, or removes it if there is none. */
export const variablesFor = (variables: DynamicVariables, name: string | undefined): DynamicVariables =>
  Object.fromEntries(
    Object.entries(variables).map(([key, value]) => [
      key,
      // A function, because a `$&` in the name would be a pattern in a replacement text.
      typeof value === 'string' ? value.replaceAll('{name}', () => name ?? '') : value,
    ]),
  );
