import { ResponseType, type RestApi } from 'aws-cdk-lib/aws-apigateway';

/** An answer that API Gateway gives by itself. */
interface GatewayAnswer {
  readonly type: ResponseType;
  /** AWS' own where there is none. */
  readonly status?: number;
  readonly code: string;
  readonly message: string;
  readonly retryAfterS?: number;
}

/** The function failed, or could not be run: 502, or 500 when Lambda had no room for it. */
const failed = {
  code: 'INTERNAL_ERROR',
  message: 'This route failed before it could answer. Send the same request again.',
  retryAfterS: 5,
};

/**
 * What API Gateway answers by itself, in the API's own error shape. Requests that are too large are not among it: AWS answers those in its own
 * words whatever REQUEST_TOO_LARGE says (https://github.com/reapit/foundations/issues/4338). Nor is DEFAULT_4XX, which would put one text in
 * place of AWS' many.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
 */
const answers: readonly GatewayAnswer[] = [
  {
    type: ResponseType.MISSING_AUTHENTICATION_TOKEN,
    // AWS says 403, as if something was forbidden.
    status: 404,
    code: 'ROUTE_NOT_FOUND',
    message: 'There is no such route: check the path and the method.',
  },
  {
    type: ResponseType.ACCESS_DENIED,
    code: 'SOURCE_NOT_ALLOWED',
    message:
      'Requests to this route are let in from the addresses of ElevenLabs only. The operator of this installation sets them by ELEVENLABS_SOURCE_IPS.',
  },
  {
    type: ResponseType.WAF_FILTERED,
    code: 'SOURCE_NOT_ALLOWED',
    message: 'The firewall of this installation does not let this address in.',
  },
  {
    type: ResponseType.THROTTLED,
    code: 'TOO_MANY_REQUESTS',
    message: 'More requests than this installation lets through. Send the same request again later.',
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

/** Has the API answer so. */
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
