import { settingsSchema } from '../../lib/settings';
import type { Installation } from '../../ops/installation';
import { functionVariables } from '../../ops/variables';
import type { SettingDocument } from '../shared/documents';

const defaults: Readonly<Record<string, unknown>> = settingsSchema.parse({});

/** Tells whether a variable's value must not be shown on a screen. */
const isSecret = (name: string): boolean => /(KEY|SECRET|TOKEN|PASSWORD)$/.test(name);

/** Lists the functions' variables, and whether each is Precall's default, was set, or comes from the stack. */
export const settingsDocument = async (installation: Installation): Promise<SettingDocument[]> => {
  const found = new Map<string, SettingDocument>();
  for (const { functionName, variables } of await functionVariables(installation))
    for (const [name, value] of Object.entries(variables)) {
      const key = `${name} ${value}`;
      const functions = [...(found.get(key)?.functions ?? []), functionName];
      found.set(key, {
        name,
        value: isSecret(name) ? 'hidden' : value,
        origin: originOf(installation, name, value),
        functions,
      });
    }
  return [...found.values()].sort((a, b) => a.name.localeCompare(b.name));
};

const originOf = ({ secrets }: Installation, name: string, value: string): SettingDocument['origin'] => {
  const isOfStack = !Object.hasOwn(defaults, name) || Object.values(secrets).includes(value);
  if (isOfStack) return 'stack';
  return textOf(defaults[name]) === value ? 'default' : 'set';
};

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
