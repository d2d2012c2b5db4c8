import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { openFront } from '../front';
import type { Functions } from '../lambda/functions';
import type { InvocationResult } from '../lambda/invocation-result';
import { readBody } from '../lambda/read-body';
import type { DeployedApi } from '../stack/deployed-stack';
import { answerRefused, type GatewayAnswer, refusals } from './gateway-answer';
import { proxyEvent } from './proxy-event';
import { answerOf } from './proxy-response';
import { newRequestIds, type RequestIds } from './request-ids';
import { routeRequest } from './route-request';

/** Options of the API server. */
interface ApiGatewayOptions {
  readonly api: DeployedApi;
  readonly functions: Pick<Functions, 'invoke'>;
  /** Time in milliseconds after which the client gets a 504. @default 29,000, as on AWS */
  readonly integrationTimeoutMs?: number;
  /** Called for each request that the gateway answers without a function. */
  readonly onRefused?: (request: { readonly method: string; readonly path: string; readonly status: number }) => void;
}

/** A running API server. */
export interface ApiGateway {
  readonly url: string;
  /** Stops listening. Requests in progress have one second to finish. */
  readonly close: () => Promise<void>;
}

/** Payload limit of a REST API. https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html */
const MAX_BODY_BYTES = 10_485_760;
const INTEGRATION_TIMEOUT_MS = 29_000;
/**
 * How long the rest of a rejected body is read and discarded, in milliseconds, so that its sender can read the
 * response.
 */
const DISCARD_MS = 2_000;

/** Why no function responds. */
type Refused = keyof typeof refusals;

const send = (response: ServerResponse, { requestId, extendedRequestId }: RequestIds, answer: GatewayAnswer): void => {
  response.statusCode = answer.statusCode;
  for (const [name, values] of answer.headers) response.setHeader(name, values);
  response.setHeader('x-amzn-RequestId', requestId);
  response.setHeader('x-amz-apigw-id', extendedRequestId);
  response.end(answer.body);
};

/** Returns the result, or undefined after `timeoutMs`. The function then continues, as on AWS. */
const within = async (
  invocation: Promise<InvocationResult>,
  timeoutMs: number,
): Promise<InvocationResult | undefined> => {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, timeoutMs, undefined);
  });
  try {
    return await Promise.race([invocation, timeout]);
  } finally {
    clearTimeout(timer);
  }
};

/** Returns the function's response, or why there is none. */
const judge = (result: InvocationResult | undefined, accept: string, api: DeployedApi): GatewayAnswer | Refused => {
  switch (result?.status) {
    case undefined:
      return 'timedOut';
    case 'ok':
      return answerOf(result.payload, accept, api.binaryMediaTypes) ?? 'failed';
    case 'too_large':
      return 'tooLarge';
    case 'throttled':
      return 'throttled';
    case 'error':
      return 'failed';
  }
};

const answerRequest = async (
  { api, functions, integrationTimeoutMs = INTEGRATION_TIMEOUT_MS }: ApiGatewayOptions,
  request: IncomingMessage,
  ids: RequestIds,
): Promise<GatewayAnswer | Refused> => {
  const path = (request.url ?? '/').replace(/\?.*$/s, '');
  const routed = routeRequest(api, request.method ?? '', path);
  if (routed === undefined) return 'noRoute';
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) return 'tooLarge';
  const body = await readBody(request, MAX_BODY_BYTES);
  if (body === undefined) return 'tooLarge';
  const invocation = functions.invoke(routed.route.functionId, proxyEvent(api, request, routed, body, ids));
  return judge(await within(invocation, integrationTimeoutMs), request.headers.accept ?? '', api);
};

const handle = async (
  options: ApiGatewayOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const ids = newRequestIds();
  const answer = (result: GatewayAnswer | Refused): void => {
    if (typeof result !== 'string') {
      send(response, ids, result);
      return;
    }
    const refused = answerRefused(refusals[result], options.api.responses, ids);
    const { method = '', url: path = '' } = request;
    options.onRefused?.({ method, path, status: refused.statusCode });
    send(response, ids, refused);
  };
  try {
    answer(await answerRequest(options, request, ids));
  } catch {
    if (request.complete) answer('failed');
  }
  if (request.complete) return;
  request.resume();
  const cut = setTimeout(() => request.socket.destroy(), DISCARD_MS).unref();
  request.once('end', () => clearTimeout(cut)).once('close', () => clearTimeout(cut));
};

/**
 * Serves the template's REST API with API Gateway's own rules: routes, proxy events and responses, limits, and gateway
 * responses. Does not simulate authorizers, API keys, resource policies, throttling and models.
 */
export const apiListener =
  (options: ApiGatewayOptions): RequestListener =>
  (request, response) =>
    void handle(options, request, response);

/** Serves the API on its own port. */
export const startApiGateway = async ({
  port,
  ...options
}: ApiGatewayOptions & { readonly port: number }): Promise<ApiGateway> => {
  const front = await openFront(port);
  front.serve(apiListener(options));
  return { url: front.url, close: front.close };
};
