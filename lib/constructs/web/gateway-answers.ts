import { ResponseType, type RestApi } from 'aws-cdk-lib/aws-apigateway';

/** A response that API Gateway gives without a function. */
interface GatewayAnswer {
  readonly type: ResponseType;
  /** @default the status of AWS */
  readonly status?: number;
  readonly code: string;
  readonly message: string;
  readonly retryAfterS?: number;
}

/** The function failed or could not run: 502, or 500 if Lambda had no capacity. */
const failed = {
  code: 'INTERNAL_ERROR',
  message: 'An internal error occurred. Send the same request again.',
  retryAfterS: 5,
};

/**
 * API Gateway's own responses in the API's error format. AWS ignores a response for REQUEST_TOO_LARGE
 * (https://github.com/reapit/foundations/issues/4338). DEFAULT_4XX is omitted, because one text would replace many of
 * AWS's. https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
 */
const answers: readonly GatewayAnswer[] = [
  {
    type: ResponseType.MISSING_AUTHENTICATION_TOKEN,
    // AWS returns 403, as if the route existed.
    status: 404,
    code: 'ROUTE_NOT_FOUND',
    message: 'This route does not exist. Check the path and the method.',
  },
  {
    type: ResponseType.ACCESS_DENIED,
    code: 'SOURCE_NOT_ALLOWED',
    message:
      'Only requests from the IP addresses of ElevenLabs are accepted here. The operator lists them in ' +
      'ELEVENLABS_SOURCE_IPS.',
  },
  {
    type: ResponseType.WAF_FILTERED,
    code: 'SOURCE_NOT_ALLOWED',
    message: 'Your IP address is blocked by the firewall of this installation. Contact the operator.',
  },
  {
    type: ResponseType.THROTTLED,
    code: 'TOO_MANY_REQUESTS',
    message: 'Too many requests. Wait, then send the same request again.',
    retryAfterS: 1,
  },
  {
    type: ResponseType.INTEGRATION_TIMEOUT,
    code: 'TIMED_OUT',
    message: 'There was no answer within 29 s; the work may still finish. Send the same request again.',
    retryAfterS: 5,
  },
  { type: ResponseType.INTEGRATION_FAILURE, ...failed },
  { type: ResponseType.DEFAULT_5XX, ...failed },
];

/** Configures the API to give these responses. */
export const answerInOwnShape = (api: RestApi): void => {
  for (const { type, status, code, message, retryAfterS } of answers) {
    const body = { status: 'error', error_code: code, error_message: message, conversation_id: null };
    api.addGatewayResponse(`${type.responseType}Answer`, {
      type,
      templates: { 'application/json': JSON.stringify(body) },
      ...(status !== undefined && { statusCode: String(status) }),
      ...(retryAfterS !== undefined && { responseHeaders: { 'Retry-After': `'${retryAfterS}'` } }),
    });
  }
};
