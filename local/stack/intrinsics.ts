import * as z from 'zod';
import type { ResolutionScope } from './resolution-scope';

/** An intrinsic function as JSON has it: `{ "Fn::Join": [...] }`. */
export interface Intrinsic {
  /** `Ref`, or a name that begins with `Fn::`. */
  readonly name: string;
  readonly argument: unknown;
}

/** The location of a value in the template: `<logical id>.<property path>`. */
export type TemplatePath = string;

/** Thrown for a value that the local stack cannot know. It never guesses. */
export class UnresolvableIntrinsicError extends Error {
  constructor(path: TemplatePath, { name, argument }: Intrinsic, reason: string) {
    super(`${path}: cannot resolve ${JSON.stringify({ [name]: argument })} on this machine: ${reason}`);
    this.name = 'UnresolvableIntrinsicError';
  }
}

/** Tells whether a value is a plain JSON object. */
export const isJsonObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Returns `value` as an intrinsic function if it is one: an object whose only key is a function's name. */
export const asIntrinsic = (value: unknown): Intrinsic | undefined => {
  if (!isJsonObject(value)) return undefined;
  const [entry, ...others] = Object.entries(value);
  if (entry === undefined || others.length > 0) return undefined;
  const [name, argument] = entry;
  return name === 'Ref' || name.startsWith('Fn::') ? { name, argument } : undefined;
};

/** Parameter types whose default is the value itself. An SSM parameter's default is only its name. */
const plainParameterTypes = new Set(['String', 'Number']);

const parameterDefault = (scope: ResolutionScope, name: string): string | undefined => {
  const parameter = scope.template.Parameters[name];
  return parameter !== undefined && plainParameterTypes.has(parameter.Type) ? parameter.Default : undefined;
};

/** Resolves `Ref`: a pseudo parameter, a parameter's default, or a created resource. */
export const resolveRef = (scope: ResolutionScope, target: string, path: TemplatePath): string => {
  const value = scope.pseudoParameters[target] ?? parameterDefault(scope, target) ?? scope.resources[target]?.['Ref'];
  if (value !== undefined) return value;
  const reason = Object.hasOwn(scope.template.Parameters, target)
    ? 'the parameter has no plain default'
    : 'it is neither a parameter nor a resource that the local stack runs';
  throw new UnresolvableIntrinsicError(path, { name: 'Ref', argument: target }, reason);
};

/** Resolves `Fn::GetAtt` for the attributes that also exist outside AWS. */
export const resolveAttribute = (
  scope: ResolutionScope,
  target: string,
  attribute: string,
  path: TemplatePath,
): string => {
  const attributes = scope.resources[target] ?? {};
  const value = attributes[attribute];
  if (value !== undefined && attribute !== 'Ref') return value;
  const known = Object.keys(attributes).filter((name) => name !== 'Ref');
  const reason =
    known.length > 0
      ? `of ${target} only ${known.join(', ')} is known here`
      : `${target} has no attributes here, because the local stack does not run it`;
  throw new UnresolvableIntrinsicError(path, { name: 'Fn::GetAtt', argument: [target, attribute] }, reason);
};

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
const subSchema = z.union([
  z.string().transform((template) => [template] as const),
  z.tuple([z.string(), z.record(z.string(), z.unknown())]),
]);

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
]);

const resolveIntrinsic = (scope: ResolutionScope, intrinsic: Intrinsic, path: TemplatePath): unknown => {
  const resolve = functions.get(intrinsic.name);
  if (resolve === undefined) {
    throw new UnresolvableIntrinsicError(
      path,
      intrinsic,
      `the local stack knows only ${[...functions.keys()].join(', ')}`,
    );
  }
  try {
    return resolve(scope, intrinsic.argument, path);
  } catch (cause) {
    if (!(cause instanceof z.ZodError)) throw cause;
    throw new UnresolvableIntrinsicError(path, intrinsic, `malformed arguments: ${z.prettifyError(cause)}`);
  }
};

/**
 * Replaces every intrinsic function in `value` with its value. `AWS::NoValue` removes its property or list entry.
 * Throws UnresolvableIntrinsicError if a value is not known on this machine.
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
