import * as z from 'zod';
import type { DeployedApi, DeployedFunction, DeployedRoute, GatewayResponse } from './deployed-stack';
import { runnableFunction } from './function-references';
import { readGatewayResponses } from './gateway-responses';
import type { ResolutionScope } from './resolution-scope';
import { mapResources, ofType, parseProperties, readProperties, type TemplateResource } from './template-resource';

const apiSchema = z.object({ BinaryMediaTypes: z.array(z.string()).default([]) });
const stageSchema = z.object({ StageName: z.string() });
const proxySchema = z.object({ Type: z.literal('AWS_PROXY') });
const methodSchema = z.object({
  HttpMethod: z.string(),
  AuthorizationType: z.literal('NONE', 'the local stack has no authorizers').optional(),
  ApiKeyRequired: z.literal(false, 'the local stack has no API keys').optional(),
  Integration: z.object({ Uri: z.string() }),
});

/** A parent is another resource, or the root, which only the API itself knows. */
const parentSchema = z.union([
  z.object({ Ref: z.string() }).transform(({ Ref }) => Ref),
  z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.literal('RootResourceId')]) }).transform(() => undefined),
]);
const pathSchema = z.object({ ParentId: parentSchema, PathPart: z.string() });
const placedSchema = z.object({ ResourceId: parentSchema });

/** The API, and the resources that are part of it, by logical id. */
interface ReadApi {
  readonly api: DeployedApi;
  readonly routes: Readonly<Record<string, DeployedRoute>>;
  readonly responses: Readonly<Record<string, GatewayResponse>>;
}

const pathOf = (resources: readonly TemplateResource[], resourceId: string | undefined): string => {
  if (resourceId === undefined) return '';
  const resource = resources.find(({ id }) => id === resourceId);
  if (resource === undefined) throw new Error(`The template has no AWS::ApiGateway::Resource ${resourceId}`);
  const { ParentId, PathPart } = parseProperties(resource, pathSchema, resource.properties);
  return `${pathOf(resources, ParentId)}/${PathPart}`;
};

const single = (resources: readonly TemplateResource[], type: string): TemplateResource | undefined => {
  const [only, ...others] = ofType(resources, type);
  if (others.length === 0) return only;
  throw new Error(`The template has ${others.length + 1} of ${type}, but the local stack serves one REST API`);
};

/**
 * Reads the REST API with its Lambda proxy methods; ignores other methods. A template without an API gives an API
 * without routes. Throws if a method requires an authorizer or an API key, or a response is not supported here.
 */
export const readApi = async (
  resources: readonly TemplateResource[],
  functions: Readonly<Record<string, DeployedFunction>>,
  scope: ResolutionScope,
): Promise<ReadApi> => {
  const restApi = single(resources, 'AWS::ApiGateway::RestApi');
  const stage = single(resources, 'AWS::ApiGateway::Stage');
  const methods = ofType(resources, 'AWS::ApiGateway::Method').filter(
    ({ properties }) => proxySchema.safeParse(properties['Integration']).success,
  );
  const routes = await mapResources(methods, (method): DeployedRoute => {
    const { HttpMethod, Integration } = readProperties(method, methodSchema, scope);
    const invoked = /\/functions\/(.+)\/invocations$/.exec(Integration.Uri)?.[1] ?? Integration.Uri;
    const functionId = runnableFunction(functions, invoked, method.id);
    const path = pathOf(resources, parseProperties(method, placedSchema, method.properties).ResourceId);
    return { method: HttpMethod, path: path === '' ? '/' : path, functionId };
  });
  const responses = await readGatewayResponses(resources, scope);
  const api = {
    stage: stage === undefined ? '' : readProperties(stage, stageSchema, scope).StageName,
    binaryMediaTypes: restApi === undefined ? [] : readProperties(restApi, apiSchema, scope).BinaryMediaTypes,
    routes: Object.values(routes),
    responses: Object.values(responses),
  };
  return { api, routes, responses };
};
