import * as z from 'zod';

/** Judges the values at one key of a record; there are none when the key is absent or holds an object. */
export type Condition = (leaves: readonly unknown[]) => boolean;

type Test = (leaf: unknown) => boolean;

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const operator = z.enum(['=', '<', '<=', '>', '>=']);
const ignoringCase = z.strictObject({ 'equals-ignore-case': z.string() });
const affix = z.union([z.string(), ignoringCase]);

const conditionSchema = z.union([
  scalar,
  z.strictObject({ exists: z.boolean() }),
  z.strictObject({ prefix: affix }),
  z.strictObject({ suffix: affix }),
  ignoringCase,
  z.strictObject({ numeric: z.array(z.union([operator, z.number()])).min(2) }),
  z.strictObject({
    'anything-but': z.union([
      scalar,
      z.array(scalar).min(1),
      z.strictObject({ prefix: z.string() }),
      z.strictObject({ suffix: z.string() }),
      ignoringCase,
    ]),
  }),
]);

type AnythingBut = Extract<z.infer<typeof conditionSchema>, { 'anything-but': unknown }>['anything-but'];

const fold = (text: string): string => text.toLowerCase();

const affixTest = (wanted: z.infer<typeof affix>, holds: (text: string, affix: string) => boolean): Test => {
  if (typeof wanted === 'string') return (leaf) => typeof leaf === 'string' && holds(leaf, wanted);
  const folded = fold(wanted['equals-ignore-case']);
  return (leaf) => typeof leaf === 'string' && holds(fold(leaf), folded);
};

const startsWith = (text: string, prefix: string): boolean => text.startsWith(prefix);
const endsWith = (text: string, suffix: string): boolean => text.endsWith(suffix);
const equals = (text: string, other: string): boolean => text === other;

const compare = (value: number, sign: z.infer<typeof operator>, bound: number): boolean => {
  switch (sign) {
    case '=':
      return value === bound;
    case '<':
      return value < bound;
    case '<=':
      return value <= bound;
    case '>':
      return value > bound;
    case '>=':
      return value >= bound;
  }
};

/** Only JSON numbers: what DynamoDB writes as `{"N": "5"}` is text to Lambda's filters. */
const numericTest = (parts: readonly (string | number)[]): Test => {
  const bounds: { readonly sign: z.infer<typeof operator>; readonly bound: number }[] = [];
  for (let index = 0; index < parts.length; index += 2) {
    bounds.push({ sign: operator.parse(parts[index]), bound: z.number().parse(parts[index + 1]) });
  }
  return (leaf) => typeof leaf === 'number' && bounds.every(({ sign, bound }) => compare(leaf, sign, bound));
};

const anythingButTest = (excluded: AnythingBut): Test => {
  if (excluded === null || typeof excluded !== 'object') return (leaf) => leaf !== excluded;
  if (Array.isArray(excluded)) return (leaf) => !excluded.some((value) => value === leaf);
  if ('prefix' in excluded) return not(affixTest(excluded.prefix, startsWith));
  if ('suffix' in excluded) return not(affixTest(excluded.suffix, endsWith));
  return not(affixTest(excluded, equals));
};

const not =
  (test: Test): Test =>
  (leaf) =>
    !test(leaf);

const testOf = (condition: Exclude<z.infer<typeof conditionSchema>, { exists: boolean }>): Test => {
  if (condition === null || typeof condition !== 'object') return (leaf) => leaf === condition;
  if ('prefix' in condition) return affixTest(condition.prefix, startsWith);
  if ('suffix' in condition) return affixTest(condition.suffix, endsWith);
  if ('numeric' in condition) return numericTest(condition.numeric);
  if ('anything-but' in condition) return anythingButTest(condition['anything-but']);
  return affixTest(condition, equals);
};

/**
 * One element of a pattern's list: a value to equal, `exists`, `prefix`, `suffix`, `equals-ignore-case`, `numeric` or
 * `anything-but`. Every condition but `exists: false` needs the key to be there. Throws on any other.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html#filtering-syntax
 */
export const compileCondition = (element: unknown): Condition => {
  const parsed = conditionSchema.safeParse(element);
  if (!parsed.success) throw new Error(`A filter holds ${JSON.stringify(element)}, which is no condition known here`);
  const condition = parsed.data;
  if (condition !== null && typeof condition === 'object' && 'exists' in condition) {
    return (leaves) => leaves.length > 0 === condition.exists;
  }
  const test = testOf(condition);
  return (leaves) => leaves.some(test);
};
