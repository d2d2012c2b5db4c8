import { ResponseType, type RestApi } from 'aws-cdk-lib/aws-apigateway';

/** What API Gateway refuses by itself, in the API's own error shape. */
const answers: readonly { type: ResponseType; code: string; message: string; retryAfterS?: number }[] = [
  {
    type: ResponseType.ACCESS_DENIED,
    code: 'SOURCE_NOT_ALLOWED',
    message:
      'Requests to this route are let in from ElevenLabs\u2019 addresses only. The operator of this installation sets them by ELEVENLABS_SOURCE_IPS.',
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
];

/** Has the API answer so. What is too large, or has no route, AWS answers in its own words, which our local stack does as well. */
export const answerInOwnShape = (api: RestApi): void => {
  for (const { type, code, message, retryAfterS } of answers) {
    const body = { status: 'error', error_code: code, error_message: message, conversation_id: null };
    api.addGatewayResponse(`${type.responseType}Answer`, {
      type,
      templates: { 'application/json': JSON.stringify(body) },
      ...(retryAfterS !== undefined && { responseHeaders: { 'Retry-After': `'${retryAfterS}'` } }),
    });
  }
};
