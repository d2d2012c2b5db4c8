import * as z from 'zod';

/** `DYNAMIC_VARIABLES`: the variables that the installation gives to every call. */
export const dynamicVariables = z
  .string()
  .transform((text): unknown => JSON.parse(text))
  .pipe(z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])));

/** The dynamic variables of one call. */
export type DynamicVariables = Readonly<Record<string, string | number | boolean>>;

/** The variables for one caller: replaces `{name}` in texts with the name, or removes it for a caller without one. */
export const variablesFor = (variables: DynamicVariables, name: string | undefined): DynamicVariables =>
  Object.fromEntries(
    Object.entries(variables).map(([key, value]) => [
      key,
      // A function, because a `$&` in the name would be a pattern in a replacement text.
      typeof value === 'string' ? value.replaceAll('{name}', () => name ?? '') : value,
    ]),
  );
