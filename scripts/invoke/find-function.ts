import { WrongUse } from '../../cli/wrong-use';
import type { Template } from '../../local/stack/cloud-assembly';

/** Returns the logical ids of the template's functions, without those that the CDK adds for its custom resources. */
export const functionIds = ({ Resources }: Pick<Template, 'Resources'>): string[] =>
  Object.entries(Resources)
    .filter(([id, { Type }]) => Type === 'AWS::Lambda::Function' && id.endsWith('Function'))
    .map(([id]) => id);

/**
 * The logical id that a name stands for: itself, with or without `Function` at its end, in any case and with or without
 * hyphens. Throws WrongUse listing the functions.
 */
export const findFunction = (name: string, ids: readonly string[]): string => {
  const found = ids.find((id) => plain(id) === plain(name));
  if (found !== undefined) return found;
  throw new WrongUse(`Function ${name} not found. The template has:\n  ${[...ids].sort().join('\n  ')}`);
};

const plain = (name: string): string =>
  name
    .replace(/Function$/, '')
    .replaceAll(/[^A-Za-z0-9]/g, '')
    .toLowerCase();
