import type * as z from 'zod';

/** Describes an invalid setting: its name, its value, and the valid values. */
export const describeFault = (issue: z.core.$ZodIssue, environment: NodeJS.ProcessEnv): string => {
  const name = issue.path.join('.');
  const value = environment[name];
  const given = value === undefined ? 'is not set' : isSecret(name) ? 'has a wrong value' : `is "${value}"`;
  return `${name} ${given}; ${expectation(issue)}`;
};

const isSecret = (name: string): boolean => /SECRET|KEY/.test(name);

const expectation = (issue: z.core.$ZodIssue): string => {
  if (issue.code === 'invalid_value') return `expected ${issue.values.map(String).join(' or ')}`;
  if (issue.code === 'too_small') return bound('at least', issue.minimum, issue);
  if (issue.code === 'too_big') return bound('at most', issue.maximum, issue);
  if (issue.code === 'invalid_type')
    return issue.expected === 'int' ? 'expected a whole number' : `expected a ${issue.expected}`;
  return issue.code === 'invalid_union' ? (issue.errors.flat()[0]?.message ?? issue.message) : issue.message;
};

const bound = (
  which: 'at least' | 'at most',
  limit: number | bigint,
  { origin, inclusive = true }: { readonly origin: string; readonly inclusive?: boolean | undefined },
): string => {
  if (origin === 'string') return 'expected a text that is not empty';
  if (!inclusive) return `expected a number ${which === 'at least' ? 'above' : 'below'} ${limit}`;
  return `expected a number of ${which} ${limit}`;
};
