import * as z from 'zod';
import { ofType, type TemplateResource } from '../../../local/stack/template-resource';
import type { Comparison } from '../differences';
import type { MotoStack } from '../moto-stack';
import { describedStage, gatewayResponseInput } from '../request-shapes';

const placed = z.object({ RestApiId: z.string(), ResourceId: z.string() });
const method = z.object({
  HttpMethod: z.string(),
  AuthorizationType: z.string(),
  Integration: z.object({ Type: z.string(), IntegrationHttpMethod: z.string(), Uri: z.string() }),
});
const listed = z.object({
  items: z.array(
    z.object({ id: z.string(), path: z.string(), resourceMethods: z.record(z.string(), z.unknown()).optional() }),
  ),
});

/** Routes: each method on its path, with the function that it invokes. */
export const describeRoutes = async ({ cli, resources, physicalId }: MotoStack): Promise<Comparison[]> => {
  const methods = ofType(resources, 'AWS::ApiGateway::Method');
  const [api] = ofType(resources, 'AWS::ApiGateway::RestApi');
  if (api === undefined) return [];
  const { items } = listed.parse(
    await cli.call('apigateway', 'get-resources', { restApiId: physicalId(api.id), embed: ['methods'] }),
  );
  const paths = new Map(items.map(({ id, path }) => [id, path]));
  const routes = methods.map(({ id, type, properties }): Comparison => {
    const { HttpMethod, AuthorizationType, Integration } = method.parse(properties);
    const { ResourceId } = placed.parse(properties);
    const path = pathOf(resources, ResourceId, physicalId);
    const { Type, IntegrationHttpMethod, Uri } = Integration;
    const methodIntegration = { type: Type, httpMethod: IntegrationHttpMethod, uri: Uri };
    const made = items.find((item) => item.id === ResourceId)?.resourceMethods?.[HttpMethod];
    const expected = { path, made: { authorizationType: AuthorizationType, methodIntegration } };
    return { type, what: `${id} (${HttpMethod} ${path})`, expected, described: { path: paths.get(ResourceId), made } };
  });
  const counted = items.reduce((sum, { resourceMethods = {} }) => sum + Object.keys(resourceMethods).length, 0);
  return [
    ...routes,
    { type: 'AWS::ApiGateway::Method', what: 'their number', expected: methods.length, described: counted },
  ];
};

const part = z.object({ PathPart: z.string(), ParentId: z.string() });

/** The path of a resource of API Gateway, from the template's own parts. */
const pathOf = (
  resources: readonly TemplateResource[],
  resourceId: string,
  physicalId: (id: string) => string,
): string => {
  const own = ofType(resources, 'AWS::ApiGateway::Resource').find(({ id }) => physicalId(id) === resourceId);
  if (own === undefined) return '';
  const { PathPart, ParentId } = part.parse(own.properties);
  return `${pathOf(resources, ParentId, physicalId)}/${PathPart}`;
};

const staged = z.object({ RestApiId: z.string(), StageName: z.string() });

/** The stage: throttling, access log, tracing. */
export const describeStages = async ({ cli, resources }: MotoStack): Promise<Comparison[]> => {
  const found = ofType(resources, 'AWS::ApiGateway::Stage').map(
    async ({ id, type, properties }): Promise<Comparison> => {
      const { RestApiId: restApiId, StageName: stageName } = staged.parse(properties);
      const described = await cli.call('apigateway', 'get-stage', { restApiId, stageName });
      return { type, what: id, expected: describedStage(properties), described };
    },
  );
  return Promise.all(found);
};

/** Answers of API Gateway's own. */
export const describeGatewayResponses = async ({ cli, resources }: MotoStack): Promise<Comparison[]> => {
  const found = ofType(resources, 'AWS::ApiGateway::GatewayResponse').map(
    async ({ id, type, properties }): Promise<Comparison> => {
      const { restApiId, ...expected } = gatewayResponseInput(properties);
      const input = { restApiId, responseType: expected['responseType'] };
      const described = await cli.call('apigateway', 'get-gateway-response', input);
      return { type, what: id, expected, described };
    },
  );
  return Promise.all(found);
};

/** What API Gateway writes access logs by, for all APIs of the account. */
export const describeApiAccounts = async ({ cli, resources }: MotoStack): Promise<Comparison[]> => {
  const found = ofType(resources, 'AWS::ApiGateway::Account').map(
    async ({ id, type, properties }): Promise<Comparison> => {
      const described = await cli.call('apigateway', 'get-account');
      return { type, what: id, expected: { cloudwatchRoleArn: properties['CloudWatchRoleArn'] }, described };
    },
  );
  return Promise.all(found);
};
