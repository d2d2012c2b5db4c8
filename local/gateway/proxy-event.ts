import type { IncomingMessage } from 'node:http';
import { localAccountId } from '../aws/account-id';
import type { DeployedApi } from '../stack/deployed-stack';
import { firstMediaType, isBinaryMediaType } from './media-type';
import { eventHeaders, type MultiValues } from './request-headers';
import type { RequestIds } from './request-ids';
import type { RoutedRequest } from './route-request';

const lastOfEach = (multi: MultiValues): Record<string, string> =>
  Object.fromEntries(Object.entries(multi).map(([name, values]) => [name, values.at(-1) ?? '']));

const queryOf = (url: string): MultiValues => {
  const search = new URLSearchParams(/\?(.*)$/s.exec(url)?.[1]);
  return Object.fromEntries([...search.keys()].map((name) => [name, search.getAll(name)]));
};

const orNull = <T extends object>(value: T): T | null => (Object.keys(value).length === 0 ? null : value);

/** Formats a time such as `12/Mar/2026:19:03:58 +0000`. */
const commonLogTime = (time: Date): string => {
  const [, day = '', month = '', year = '', clock = ''] =
    /^\w+, (\d+) (\w+) (\d+) ([\d:]+)/.exec(time.toUTCString()) ?? [];
  return `${day}/${month}/${year}:${clock} +0000`;
};

const requestContext = (api: DeployedApi, request: IncomingMessage, routed: RoutedRequest, ids: RequestIds): object => {
  const now = new Date();
  return {
    accountId: localAccountId,
    apiId: 'local',
    domainName: request.headers.host ?? '127.0.0.1',
    domainPrefix: 'local',
    extendedRequestId: ids.extendedRequestId,
    httpMethod: request.method,
    identity: { sourceIp: request.socket.remoteAddress, userAgent: request.headers['user-agent'] ?? null },
    path: new URL(request.url ?? '/', 'http://local').pathname,
    protocol: `HTTP/${request.httpVersion}`,
    requestId: ids.requestId,
    requestTime: commonLogTime(now),
    requestTimeEpoch: now.getTime(),
    resourcePath: routed.route.path,
    stage: api.stage,
  };
};

/**
 * Builds the event of a REST API's Lambda proxy integration (payload format 1.0). For repeated headers and query
 * parameters, the single-value fields contain the last value. A body is base64 if its Content-Type is among the API's
 * binary media types; otherwise, it is text, which loses bytes that are not UTF-8.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 */
export const proxyEvent = (
  api: DeployedApi,
  request: IncomingMessage,
  routed: RoutedRequest,
  body: Buffer,
  ids: RequestIds,
): object => {
  const headers = eventHeaders(request);
  const query = queryOf(request.url ?? '/');
  const mediaType = firstMediaType(request.headers['content-type'] ?? 'application/json');
  const isBase64Encoded = body.length > 0 && isBinaryMediaType(mediaType, api.binaryMediaTypes);
  return {
    resource: routed.route.path,
    path: routed.path,
    httpMethod: request.method,
    headers: lastOfEach(headers),
    multiValueHeaders: headers,
    queryStringParameters: orNull(lastOfEach(query)),
    multiValueQueryStringParameters: orNull(query),
    pathParameters: orNull(routed.pathParameters),
    stageVariables: null,
    requestContext: requestContext(api, request, routed, ids),
    body: body.length === 0 ? null : body.toString(isBase64Encoded ? 'base64' : 'utf8'),
    isBase64Encoded,
  };
};
