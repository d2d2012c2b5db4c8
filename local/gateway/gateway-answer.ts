/** What the gateway answers to a client. */
export interface GatewayAnswer {
  readonly statusCode: number;
  readonly headers: readonly (readonly [name: string, values: readonly string[]])[];
  readonly body: Buffer;
}

const json = (statusCode: number, body: string): GatewayAnswer => ({
  statusCode,
  headers: [['Content-Type', ['application/json']]],
  body: Buffer.from(body),
});

/**
 * The answers that API Gateway gives in the function's place, word for word.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
 */
export const gatewayAnswers = {
  /** REST APIs say this, and never 404 or 405, for a path or method that they do not have. */
  missingAuthenticationToken: json(403, '{"message":"Missing Authentication Token"}'),
  requestTooLong: json(413, '{"message":"Request Too Long"}'),
  /** The function failed, or its response has not the form that a proxy integration asks for. */
  badGateway: json(502, '{"message": "Internal server error"}'),
  /**
   * Lambda's 429 for a function without free concurrency; a REST API does not pass it on.
   * https://repost.aws/questions/QUfI6bsdd0SOiPeyimzxSkfQ
   */
  throttled: json(500, '{"message": "Internal server error"}'),
  timedOut: json(504, '{"message": "Endpoint request timed out"}'),
} as const;
