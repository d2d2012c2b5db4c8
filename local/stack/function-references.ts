import * as z from 'zod';
import { localAccountId } from '../aws/account-id';
import type { DeployedFunction } from './deployed-stack';
import { extendScope, type ResolutionScope } from './resolution-scope';
import { ofType, readProperties, type TemplateResource } from './template-resource';

const aliasSchema = z.object({ FunctionName: z.string(), Name: z.string() });
const versionSchema = z.object({ FunctionName: z.string() });

const functionArn = (region: string, name: string): string =>
  `arn:aws:lambda:${region}:${localAccountId}:function:${name}`;

/** Returns the logical id of the function that a name or ARN refers to, with or without a version or alias. */
const referredFunction = (nameOrArn: string): string => {
  const [name = ''] = nameOrArn.replace(/^arn:aws:lambda:[^:]*:\d*:function:/, '').split(':');
  return name;
};

/**
 * Adds functions, their versions and aliases to the scope. A function's name is its logical id, whatever name the
 * template gives it. A version's ARN ends in `$LATEST`, since only the newest code exists.
 */
export const withFunctions = (scope: ResolutionScope, resources: readonly TemplateResource[]): ResolutionScope => {
  const functions = ofType(resources, 'AWS::Lambda::Function').map(
    ({ id }) => [id, { Ref: id, Arn: functionArn(scope.region, id) }] as const,
  );
  const functionScope = extendScope(scope, Object.fromEntries(functions));
  const qualify = (name: string, qualifier: string) => ({
    Ref: `${functionArn(scope.region, referredFunction(name))}:${qualifier}`,
  });
  const versions = ofType(resources, 'AWS::Lambda::Version').map((version) => {
    const { FunctionName } = readProperties(version, versionSchema, functionScope);
    return [version.id, qualify(FunctionName, '$LATEST')] as const;
  });
  const aliases = ofType(resources, 'AWS::Lambda::Alias').map((alias) => {
    const { FunctionName, Name } = readProperties(alias, aliasSchema, functionScope);
    return [alias.id, qualify(FunctionName, Name)] as const;
  });
  return extendScope(functionScope, Object.fromEntries([...versions, ...aliases]));
};

/**
 * Returns the logical id of the function that `usedBy` invokes. Throws if the local stack does not run that function.
 */
export const runnableFunction = (
  functions: Readonly<Record<string, DeployedFunction>>,
  nameOrArn: string,
  usedBy: string,
): string => {
  const id = referredFunction(nameOrArn);
  if (Object.hasOwn(functions, id)) return id;
  throw new Error(`${usedBy} invokes ${nameOrArn}, which is not a Node.js function from an asset of this stack`);
};
