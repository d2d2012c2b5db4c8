import * as z from 'zod';
import type { Template } from './cloud-assembly';
import { holds, resolveValue } from './intrinsics';
import { pickNamed } from './pick-named';
import type { ResolutionScope } from './resolution-scope';

/** A resource of the template with its properties as they stand there, unresolved. */
export interface TemplateResource {
  readonly id: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** The resources that the stack has, which are those without a condition or whose condition holds. */
export const existingResources = (template: Template, scope: ResolutionScope): TemplateResource[] =>
  Object.entries(template.Resources)
    .filter(([id, { Condition }]) => Condition === undefined || holds(scope, Condition, id))
    .map(([id, { Type, Properties }]) => ({ id, type: Type, properties: Properties }));

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

/** Applies `make` to each resource, one after the other, and keeps what it gives by logical id; undefined is left out. */
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
