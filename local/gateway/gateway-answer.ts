import type { GatewayResponse } from '../stack/deployed-stack';
import type { answerVariables } from '../stack/gateway-responses';
import type { RequestIds } from './request-ids';

/** The gateway's response to a client. */
export interface GatewayAnswer {
  readonly statusCode: number;
  readonly headers: readonly (readonly [name: string, values: readonly string[]])[];
  readonly body: Buffer;
}

/** Why the gateway responds instead of the function, with AWS's status. */
interface Refusal {
  /** AWS's name of the gateway response; absent if AWS allows no template to replace it. */
  readonly type?: string;
  readonly statusCode: number;
  /** AWS's message exactly as in the body: quoted, some after a space. */
  readonly messageString: string;
}

/**
 * AWS's own responses, word for word.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
 */
export const refusals = {
  /** REST APIs return this, never 404 or 405, for an unknown path or method. */
  noRoute: {
    type: 'MISSING_AUTHENTICATION_TOKEN',
    statusCode: 403,
    messageString: '"Missing Authentication Token"',
  },
  /**
   * Exceeds the limit of API Gateway, or of Lambda's events. REQUEST_TOO_LARGE does not change it.
   * https://github.com/reapit/foundations/issues/4338
   */
  tooLarge: { statusCode: 413, messageString: ' "Request Too Long"' },
  /**
   * The function failed, or its response does not have the format of a proxy integration.
   * https://github.com/DataBiosphere/azul/pull/6624
   */
  failed: { type: 'INTEGRATION_FAILURE', statusCode: 502, messageString: ' "Internal server error"' },
  /**
   * Lambda's 429 if a function has no free concurrency. A REST API does not return that status.
   * https://repost.aws/questions/QUfI6bsdd0SOiPeyimzxSkfQ
   */
  throttled: { type: 'INTEGRATION_FAILURE', statusCode: 500, messageString: ' "Internal server error"' },
  timedOut: { type: 'INTEGRATION_TIMEOUT', statusCode: 504, messageString: ' "Endpoint request timed out"' },
} as const satisfies Record<string, Refusal>;

/** AWS's default template. */
const ownTemplate = '{"message":$context.error.messageString}';

/** Returns the template's response of this type, otherwise the one for the class of its status. */
const responseTo = (
  { type, statusCode }: Refusal,
  responses: readonly GatewayResponse[],
): GatewayResponse | undefined => {
  if (type === undefined) return undefined;
  const ofType = (wanted: string) => responses.find((response) => response.type === wanted);
  return ofType(type) ?? ofType(statusCode < 500 ? 'DEFAULT_4XX' : 'DEFAULT_5XX');
};

/** Builds the response to a rejected request: the gateway response of the template, or AWS's default. */
export const answerRefused = (
  refusal: Refusal,
  responses: readonly GatewayResponse[],
  { requestId, extendedRequestId }: RequestIds,
): GatewayAnswer => {
  const { messageString, type = '' } = refusal;
  const variables: Readonly<Record<(typeof answerVariables)[number], string>> = {
    '$context.error.message': messageString.trim().slice(1, -1),
    '$context.error.messageString': messageString,
    '$context.error.responseType': type,
    '$context.extendedRequestId': extendedRequestId,
    '$context.requestId': requestId,
  };
  const values = new Map(Object.entries(variables));
  const {
    statusCode = refusal.statusCode,
    headers = [],
    template = ownTemplate,
  } = responseTo(refusal, responses) ?? {};
  return {
    statusCode,
    headers: [['Content-Type', ['application/json']], ...headers.map(([name, value]) => [name, [value]] as const)],
    body: Buffer.from(template.replaceAll(/\$context(\.\w+)+/g, (name) => values.get(name) ?? name)),
  };
};
