import * as z from 'zod';
import type { Template } from './cloud-assembly';
import { asIntrinsic, isJsonObject, resolveValue } from './intrinsics';
import type { ResolutionScope } from './resolution-scope';

/** JSON inside a string, which is how templates hold filter patterns and the inputs of schedules. */
export const jsonText = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue(`${text} is not JSON`);
    return z.NEVER;
  }
});

/**
 * Picks what `schema` names from a template's value, at any depth, so that nothing else must be resolvable. Intrinsic
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

/** A resource of the template with its properties as they stand there, unresolved. */
export interface TemplateResource {
  readonly id: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** What the CDK tells AWS about itself, in regions that take it. */
const metadataType = 'AWS::CDK::Metadata';

/** All resources but the CDK's metadata. Throws for any other resource that has a condition. */
export const existingResources = ({ Resources }: Template): TemplateResource[] =>
  Object.entries(Resources)
    .filter(([, { Type }]) => Type !== metadataType)
    .map(([id, { Type, Properties, Condition }]) => {
      if (Condition === undefined) return { id, type: Type, properties: Properties };
      throw new Error(
        `${id} (${Type}) has the condition ${Condition}, but the local stack does not support conditions.`,
      );
    });

/** The resources of these types. */
export const ofType = (resources: readonly TemplateResource[], ...types: readonly string[]): TemplateResource[] =>
  resources.filter(({ type }) => types.includes(type));

/** Parses what stands in the template for a resource; throws what names the resource and the property. */
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
 * Resolves those properties that `schema` names, at any depth, and no others, and parses them. Throws what names the
 * resource and the property when one cannot be resolved or is not what the schema allows.
 */
export const readProperties = <Schema extends z.ZodObject>(
  resource: TemplateResource,
  schema: Schema,
  scope: ResolutionScope,
): z.infer<Schema> =>
  parseProperties(resource, schema, resolveValue(scope, pickNamed(schema, resource.properties), resource.id));

/**
 * Applies `make` to each resource, one after the other, and keeps what it gives by logical id; undefined is left out.
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
