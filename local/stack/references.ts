import { type TemplatePath, UnresolvableIntrinsicError } from './intrinsic';
import type { ResolutionScope } from './resolution-scope';

/** Parameter types whose default is the value itself; an SSM parameter's default is only the name of one. */
const plainParameterTypes = new Set(['String', 'Number']);

const parameterDefault = (scope: ResolutionScope, name: string): string | undefined => {
  const parameter = scope.template.Parameters[name];
  return parameter !== undefined && plainParameterTypes.has(parameter.Type) ? parameter.Default : undefined;
};

/** What `Ref` gives: a pseudo parameter, a parameter's default, or a created resource. */
export const resolveRef = (scope: ResolutionScope, target: string, path: TemplatePath): string => {
  const value = scope.pseudoParameters[target] ?? parameterDefault(scope, target) ?? scope.resources[target]?.['Ref'];
  if (value !== undefined) return value;
  const reason = Object.hasOwn(scope.template.Parameters, target)
    ? 'the parameter has no plain default'
    : 'it is neither a parameter nor a resource that the local stack runs';
  throw new UnresolvableIntrinsicError(path, { name: 'Ref', argument: target }, reason);
};

/** What `Fn::GetAtt` gives, for the attributes that exist outside AWS too. */
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
