import * as z from 'zod';
import type { GatewayResponse } from './deployed-stack';
import type { ResolutionScope } from './resolution-scope';
import { mapResources, ofType, readProperties, type TemplateResource } from './template-resource';

/** The variables that a gateway response may use here. */
export const answerVariables = [
  '$context.error.message',
  '$context.error.messageString',
  '$context.error.responseType',
  '$context.extendedRequestId',
  '$context.requestId',
] as const;

const known = new Set<string>(answerVariables);
const template = z
  .string()
  .refine(
    (text) => [...text.matchAll(/\$[A-Za-z][\w.]*\w/g)].every(([name]) => known.has(name)),
    `of variables the local stack knows ${answerVariables.join(', ')} alone`,
  );

const header = z.string().regex(/^gatewayresponse\.header\.[\w-]+$/);
const constant = z.string().regex(/^'.*'$/, 'the local stack takes headers from no request');

const responseSchema = z.object({
  ResponseType: z.string(),
  StatusCode: z.coerce.number().int().min(100).max(599).optional(),
  ResponseParameters: z.record(header, constant).default({}),
  ResponseTemplates: z.partialRecord(z.literal('application/json'), template).default({}),
});

const readResponse = (resource: TemplateResource, scope: ResolutionScope): GatewayResponse => {
  const properties = readProperties(resource, responseSchema, scope);
  const { ResponseType: type, StatusCode: statusCode, ResponseParameters: parameters } = properties;
  const { 'application/json': body } = properties.ResponseTemplates;
  return {
    type,
    ...(statusCode !== undefined && { statusCode }),
    headers: Object.entries(parameters).map(([name, value]) => [
      name.replace('gatewayresponse.header.', ''),
      value.slice(1, -1),
    ]),
    ...(body !== undefined && { template: body }),
  };
};

/** Reads the gateway responses of the template, by logical id. Throws if one uses other parts of the request. */
export const readGatewayResponses = (
  resources: readonly TemplateResource[],
  scope: ResolutionScope,
): Promise<Record<string, GatewayResponse>> =>
  mapResources(ofType(resources, 'AWS::ApiGateway::GatewayResponse'), (resource) => readResponse(resource, scope));
