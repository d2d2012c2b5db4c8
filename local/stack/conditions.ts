import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { isJsonObject, type TemplatePath, UnresolvableIntrinsicError } from './intrinsic';

const operandsSchema = z.tuple([z.unknown(), z.unknown()]);

/** Resolves what a condition compares. */
type ResolveOperand = (operand: unknown, path: TemplatePath) => unknown;

/**
 * Whether a condition of the template holds. Throws UnresolvableIntrinsicError when there is none of that name, or it
 * uses more than Condition, Fn::Equals, Fn::Not, Fn::And and Fn::Or.
 */
export const evaluateCondition = (
  conditions: Readonly<Record<string, unknown>>,
  name: string,
  usedAt: TemplatePath,
  resolveOperand: ResolveOperand,
): boolean => {
  const path = `Conditions.${name}`;

  const evaluateAll = (operands: unknown): boolean[] => {
    if (Array.isArray(operands)) return operands.map(evaluate);
    throw new Error(`${path}: ${JSON.stringify(operands)} is not a list of conditions`);
  };

  const evaluate = (condition: unknown): boolean => {
    const [intrinsic = 'nothing', argument] = isJsonObject(condition) ? (Object.entries(condition)[0] ?? []) : [];
    switch (intrinsic) {
      case 'Condition':
        return evaluateCondition(conditions, String(argument), path, resolveOperand);
      case 'Fn::Equals': {
        const [left, right] = operandsSchema.parse(resolveOperand(argument, path));
        return isDeepStrictEqual(left, right);
      }
      case 'Fn::Not':
        return evaluateAll(argument).every((holds) => !holds);
      case 'Fn::And':
        return evaluateAll(argument).every(Boolean);
      case 'Fn::Or':
        return evaluateAll(argument).some(Boolean);
      default:
        throw new UnresolvableIntrinsicError(path, { name: intrinsic, argument }, 'it is no known condition');
    }
  };

  if (Object.hasOwn(conditions, name)) return evaluate(conditions[name]);
  throw new UnresolvableIntrinsicError(usedAt, { name: 'Condition', argument: name }, 'the template has none so named');
};
