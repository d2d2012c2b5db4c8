import * as z from 'zod';
import { evaluateCondition } from './conditions';
import { asIntrinsic, type Intrinsic, isJsonObject, type TemplatePath, UnresolvableIntrinsicError } from './intrinsic';
import { resolveAttribute, resolveRef } from './references';
import type { ResolutionScope } from './resolution-scope';

type Resolve = (scope: ResolutionScope, argument: unknown, path: TemplatePath) => unknown;

const text = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const joinSchema = z.tuple([z.string(), z.array(text)]);
const selectSchema = z.tuple([z.coerce.number().int().nonnegative(), z.array(z.unknown())]);
const splitSchema = z.tuple([z.string().min(1), text]);
const getAttSchema = z.union([
  z.tuple([z.string(), text]),
  z
    .string()
    .regex(/^\w+\.\w/)
    .transform((dotted) => splitAttribute(dotted)),
]);
const ifSchema = z.tuple([z.string(), z.unknown(), z.unknown()]);
const subSchema = z.union([
  z.string().transform((template) => [template] as const),
  z.tuple([z.string(), z.record(z.string(), z.unknown())]),
]);
const findInMapSchema = z.tuple([text, text, text]);

const splitAttribute = (dotted: string): [string, string] => {
  const dot = dotted.indexOf('.');
  return [dotted.slice(0, dot), dotted.slice(dot + 1)];
};

const select: Resolve = (scope, argument, path) => {
  const [index, list] = selectSchema.parse(resolveValue(scope, argument, path));
  if (index < list.length) return list[index];
  throw new UnresolvableIntrinsicError(path, { name: 'Fn::Select', argument }, `the list has ${list.length} entries`);
};

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-sub.html */
const substitute: Resolve = (scope, argument, path) => {
  const [template, variables = {}] = subSchema.parse(argument);
  return template.replaceAll(/\$\{(!?)([^}]*)\}/g, (_, literal: string, name: string) => {
    if (literal !== '') return `\${${name}}`;
    if (Object.hasOwn(variables, name)) return text.parse(resolveValue(scope, variables[name], path));
    return name.includes('.') ? resolveAttribute(scope, ...splitAttribute(name), path) : resolveRef(scope, name, path);
  });
};

/** Whether a condition of the template holds; throws UnresolvableIntrinsicError when that cannot be told here. */
export const holds = (scope: ResolutionScope, condition: string, path: TemplatePath): boolean =>
  evaluateCondition(scope.template.Conditions, condition, path, (operand, operandPath) =>
    resolveValue(scope, operand, operandPath),
  );

const choose: Resolve = (scope, argument, path) => {
  const [condition, whenTrue, whenFalse] = ifSchema.parse(argument);
  return resolveValue(scope, holds(scope, condition, path) ? whenTrue : whenFalse, path);
};

const findInMap: Resolve = (scope, argument, path) => {
  const [map, topKey, secondKey] = findInMapSchema.parse(resolveValue(scope, argument, path));
  const value = scope.template.Mappings[map]?.[topKey]?.[secondKey];
  if (value !== undefined) return value;
  throw new UnresolvableIntrinsicError(path, { name: 'Fn::FindInMap', argument }, 'the mapping has no such entry');
};

/** `undefined` stands for `AWS::NoValue`: it removes the property, as in CloudFormation. */
const functions = new Map<string, Resolve>([
  [
    'Ref',
    (scope, argument, path) =>
      argument === 'AWS::NoValue' ? undefined : resolveRef(scope, text.parse(argument), path),
  ],
  ['Fn::GetAtt', (scope, argument, path) => resolveAttribute(scope, ...getAttSchema.parse(argument), path)],
  [
    'Fn::Join',
    (scope, argument, path) => {
      const [delimiter, parts] = joinSchema.parse(resolveValue(scope, argument, path));
      return parts.join(delimiter);
    },
  ],
  [
    'Fn::Split',
    (scope, argument, path) => {
      const [delimiter, whole] = splitSchema.parse(resolveValue(scope, argument, path));
      return whole.split(delimiter);
    },
  ],
  ['Fn::Select', select],
  ['Fn::Sub', substitute],
  ['Fn::If', choose],
  ['Fn::FindInMap', findInMap],
]);

const resolveIntrinsic = (scope: ResolutionScope, intrinsic: Intrinsic, path: TemplatePath): unknown => {
  const resolve = functions.get(intrinsic.name);
  if (resolve === undefined) {
    throw new UnresolvableIntrinsicError(path, intrinsic, `it knows ${[...functions.keys()].join(', ')} alone`);
  }
  try {
    return resolve(scope, intrinsic.argument, path);
  } catch (cause) {
    if (!(cause instanceof z.ZodError)) throw cause;
    throw new UnresolvableIntrinsicError(path, intrinsic, `malformed arguments: ${z.prettifyError(cause)}`);
  }
};

/**
 * Replaces every intrinsic function inside `value` by what it stands for. What became `AWS::NoValue` disappears from its
 * object or list. Throws UnresolvableIntrinsicError for what is not known on this machine.
 */
export const resolveValue = (scope: ResolutionScope, value: unknown, path: TemplatePath): unknown => {
  const intrinsic = asIntrinsic(value);
  if (intrinsic !== undefined) return resolveIntrinsic(scope, intrinsic, path);
  if (Array.isArray(value)) {
    return value
      .map((entry, index) => resolveValue(scope, entry, `${path}.${index}`))
      .filter((entry) => entry !== undefined);
  }
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).map(
    ([key, entry]) => [key, resolveValue(scope, entry, `${path}.${key}`)] as const,
  );
  return Object.fromEntries(entries.filter(([, entry]) => entry !== undefined));
};
