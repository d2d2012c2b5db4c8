import type { ApiErrorCode } from '../../lambdas/platform/api-errors';
import { threeCxEventSchema } from '../../lambdas/three-cx/three-cx-event';
import { errorAnswers, gate, type Json, json, schemaOf, signature } from './common';

const codes: readonly ApiErrorCode[] = [
  ...gate,
  'INVALID_JSON',
  'INVALID_PAYLOAD',
  'CALLER_ERASED',
  'SERVICE_UNAVAILABLE',
  'INTERNAL_ERROR',
];

const answer: Json = {
  type: 'object',
  properties: {
    status: { const: 'success' },
    call_id: {
      type: ['string', 'null'],
      description: 'Of the call that was placed: its conversation id, else Twilio\u2019s or SIP\u2019s.',
    },
    cloned_voice_id: { type: 'string', description: '`pending` while it is made.' },
    '3cx_call_id': { type: 'string' },
    message: { type: 'string' },
  },
  required: ['status', '3cx_call_id', 'message'],
};

/** `POST /webhook/3cx`. */
export const threeCx: Json = {
  operationId: 'threeCx',
  summary:
    'Answers a 3CX call: greets the caller at once, and calls with the caller\u2019s own voice once it is ready.',
  parameters: [{ ...signature, name: 'X-Signature' }],
  requestBody: { required: true, content: json(schemaOf(threeCxEventSchema, 'input')) },
  responses: { '200': { description: 'Answered, or recorded.', content: json(answer) }, ...errorAnswers(codes) },
};
