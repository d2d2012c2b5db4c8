import * as z from 'zod';
import type { Template } from './cloud-assembly';
import { asIntrinsic, isJsonObject, resolveValue } from './intrinsics';
import type { ResolutionScope } from './resolution-scope';

/** JSON in a string, as templates store filter patterns and schedule inputs. */
export const jsonText = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue(`${text} is not JSON`);
    return z.NEVER;
  }
});

/**
 * Picks the properties in `schema` from a template's value, at any depth, so that nothing else must be resolvable.
 * Intrinsic functions stay whole.
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

/** A resource of the template, with unresolved properties. */
export interface TemplateResource {
  readonly id: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** CDK metadata for AWS, in regions that accept it. */
const metadataType = 'AWS::CDK::Metadata';

/** Returns all resources except the CDK's metadata. Throws if any other resource has a condition. */
export const existingResources = ({ Resources }: Pick<Template, 'Resources'>): TemplateResource[] =>
  Object.entries(Resources)
    .filter(([, { Type }]) => Type !== metadataType)
    .map(([id, { Type, Properties, Condition }]) => {
      if (Condition === undefined) return { id, type: Type, properties: Properties };
      throw new Error(
        `${id} (${Type}) has the condition ${Condition}, but the local stack does not support conditions.`,
      );
    });

/** Returns the resources of these types. */
export const ofType = (resources: readonly TemplateResource[], ...types: readonly string[]): TemplateResource[] =>
  resources.filter(({ type }) => types.includes(type));

/**
 * Parses a resource's value in the template. Throws an error that names the resource and the property if it is invalid.
 */
export const parseProperties = <Schema extends z.ZodType>(
  { id, type }: TemplateResource,
  schema: Schema,
  properties: unknown,
): z.infer<Schema> => {
  const parsed = schema.safeParse(properties);
  if (parsed.success) return parsed.data;
  throw new Error(`${id} (${type}) cannot be run on this machine: ${z.prettifyError(parsed.error)}`);
};

/**
 * Resolves and parses only the properties in `schema`, at any depth. Throws an error that names the resource and the
 * property if one cannot be resolved or does not match the schema.
 */
export const readProperties = <Schema extends z.ZodObject>(
  resource: TemplateResource,
  schema: Schema,
  scope: ResolutionScope,
): z.infer<Schema> =>
  parseProperties(resource, schema, resolveValue(scope, pickNamed(schema, resource.properties), resource.id));

/**
 * Applies `make` to each resource, one after the other, and returns the results by logical id. Omits undefined results.
 */
export const mapResources = async <Made>(
  resources: readonly TemplateResource[],
  make: (resource: TemplateResource) => Promise<Made | undefined> | Made | undefined,
): Promise<Record<string, Made>> => {
  const made: Record<string, Made> = {};
  for (const resource of resources) {
    const result = await make(resource);
    if (result !== undefined) made[resource.id] = result;
  }
  return made;
};

/** Applies `change` to every value. */
export const mapValues = <From, To>(
  record: Readonly<Record<string, From>>,
  change: (value: From) => To,
): Record<string, To> => Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
