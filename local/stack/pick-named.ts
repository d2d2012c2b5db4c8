import * as z from 'zod';
import { asIntrinsic, isJsonObject } from './intrinsic';

/**
 * Of a template's value, only what `schema` names, at any depth, so that nothing else needs to be resolvable. Intrinsic
 * functions stay whole.
 */
export const pickNamed = (schema: unknown, value: unknown): unknown => {
  if (asIntrinsic(value) !== undefined) return value;
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return pickNamed(schema.unwrap(), value);
  if (schema instanceof z.ZodPipe) return pickNamed(schema.in, value);
  if (schema instanceof z.ZodArray && Array.isArray(value)) {
    return value.map((entry) => pickNamed(schema.element, entry));
  }
  if (!(schema instanceof z.ZodObject) || !isJsonObject(value)) return value;
  const named = Object.entries(schema.shape).filter(([name]) => Object.hasOwn(value, name));
  return Object.fromEntries(named.map(([name, inner]) => [name, pickNamed(inner, value[name])]));
};
