import * as z from 'zod';
import type { DeployedFunction } from './deployed-stack';
import { resolveValue } from './intrinsics';
import type { ResolutionScope } from './resolution-scope';
import { ofType, parseProperties, readProperties, type TemplateResource } from './template-resource';

/** Uses Lambda's defaults: 3 s and 128 MB. */
const functionSchema = z.object({
  Code: z.object({ S3Key: z.string().optional() }),
  Handler: z.string().optional(),
  Runtime: z.string().optional(),
  Timeout: z.coerce.number().int().default(3),
  MemorySize: z.coerce.number().int().default(128),
  ReservedConcurrentExecutions: z.coerce.number().int().optional(),
});

const environmentSchema = z.object({
  Environment: z.strictObject({ Variables: z.record(z.string(), z.unknown()).default({}) }).default({ Variables: {} }),
});
const variable = z.union([z.string(), z.number(), z.boolean()]).transform(String);

const readEnvironment = (
  resource: TemplateResource,
  overrides: Readonly<Record<string, string>>,
  scope: ResolutionScope,
): Record<string, string> => {
  const { Variables } = parseProperties(resource, environmentSchema, resource.properties).Environment;
  const entries = Object.entries(Variables).flatMap(([name, declared]) => {
    const path = `${resource.id}.Environment.Variables.${name}`;
    const value = overrides[name] ?? resolveValue(scope, declared, path);
    if (value === undefined) return [];
    const parsed = variable.safeParse(value);
    if (!parsed.success)
      throw new Error(
        `${path} is ${JSON.stringify(value)}. Environment variables must be strings: put the value in quotes.`,
      );
    return [[name, parsed.data] as const];
  });
  return Object.fromEntries(entries);
};

const serviceToken = z.object({ ServiceToken: z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.literal('Arn')]) }) });

/** Returns the functions, except those that only CloudFormation invokes, for custom resources. */
export const ownFunctions = (resources: readonly TemplateResource[]): TemplateResource[] => {
  const ofCustomResources = resources.flatMap(({ properties }) => {
    const { data } = serviceToken.safeParse(properties);
    return data === undefined ? [] : [data.ServiceToken['Fn::GetAtt'][0]];
  });
  return ofType(resources, 'AWS::Lambda::Function').filter(({ id }) => !ofCustomResources.includes(id));
};

/**
 * Reads a function to run. Returns undefined unless it is Node.js code from an asset; custom resources have inline
 * helpers. Overrides replace only variables that the template declares, which are then not resolved.
 */
export const readFunction = (
  resource: TemplateResource,
  codeDirs: ReadonlyMap<string, string>,
  overrides: Readonly<Record<string, string>>,
  scope: ResolutionScope,
): DeployedFunction | undefined => {
  const properties = readProperties(resource, functionSchema, scope);
  const { Code, Handler: handler, Runtime: runtime, ReservedConcurrentExecutions: reserved } = properties;
  const codeDir = codeDirs.get(Code.S3Key ?? '');
  if (codeDir === undefined || handler === undefined || runtime?.startsWith('nodejs') !== true) return undefined;
  return {
    id: resource.id,
    codeDir,
    handler,
    runtime,
    timeoutS: properties.Timeout,
    memoryMb: properties.MemorySize,
    environment: readEnvironment(resource, overrides, scope),
    ...(reserved !== undefined && { reservedConcurrency: reserved }),
  };
};
