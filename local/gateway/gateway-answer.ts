import type { GatewayResponse } from '../stack/deployed-stack';
import type { answerVariables } from '../stack/gateway-responses';
import type { RequestIds } from './request-ids';

/** What the gateway answers to a client. */
export interface GatewayAnswer {
  readonly statusCode: number;
  readonly headers: readonly (readonly [name: string, values: readonly string[]])[];
  readonly body: Buffer;
}

/** Why the gateway answers in the function's place, with AWS' status for it. */
interface Refusal {
  /** AWS' name of the gateway response; absent where AWS lets no template replace it. */
  readonly type?: string;
  readonly statusCode: number;
  /** AWS' words as AWS writes them into the body: quoted, some after a space. */
  readonly messageString: string;
}

/**
 * AWS' own answers, word for word.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
 */
export const refusals = {
  /** REST APIs say this, and never 404 or 405, for a path or method that they do not have. */
  noRoute: {
    type: 'MISSING_AUTHENTICATION_TOKEN',
    statusCode: 403,
    messageString: '"Missing Authentication Token"',
  },
  /**
   * Beyond what API Gateway takes, or Lambda as an event. REQUEST_TOO_LARGE does not change it.
   * https://github.com/reapit/foundations/issues/4338
   */
  tooLarge: { statusCode: 413, messageString: ' "Request Too Long"' },
  /**
   * The function failed, or its response is not in the form of a proxy integration.
   * https://github.com/DataBiosphere/azul/pull/6624
   */
  failed: { type: 'INTEGRATION_FAILURE', statusCode: 502, messageString: ' "Internal server error"' },
  /**
   * Lambda's 429 for a function without free concurrency; a REST API does not pass it on.
   * https://repost.aws/questions/QUfI6bsdd0SOiPeyimzxSkfQ
   */
  throttled: { type: 'INTEGRATION_FAILURE', statusCode: 500, messageString: ' "Internal server error"' },
  timedOut: { type: 'INTEGRATION_TIMEOUT', statusCode: 504, messageString: ' "Endpoint request timed out"' },
} as const satisfies Record<string, Refusal>;

/** AWS' own template. */
const ownTemplate = '{"message":$context.error.messageString}';

/** The template's answer of this type, else of all with such a status. */
const responseTo = (
  { type, statusCode }: Refusal,
  responses: readonly GatewayResponse[],
): GatewayResponse | undefined => {
  if (type === undefined) return undefined;
  const ofType = (wanted: string) => responses.find((response) => response.type === wanted);
  return ofType(type) ?? ofType(statusCode < 500 ? 'DEFAULT_4XX' : 'DEFAULT_5XX');
};

/** The answer to what is refused: as the template has it, else in AWS' words. */
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
