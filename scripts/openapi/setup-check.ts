import type { ApiErrorCode } from '../../lambdas/platform/api-errors';
import { setupCheckAnswer, setupCheckRequest } from '../../lambdas/setup/setup-check';
import { errorAnswers, gate, type Json, json, schemaOf, signature } from './common';

const codes: readonly ApiErrorCode[] = [
  ...gate,
  'INVALID_JSON',
  'INVALID_PAYLOAD',
  'SERVICE_UNAVAILABLE',
  'INTERNAL_ERROR',
];

/** `POST /setup/check`. */
export const setupCheck: Json = {
  operationId: 'checkSetup',
  summary:
    'Says what at ElevenLabs is not set up as this installation needs it, and records what agents let be overridden.',
  parameters: [signature],
  requestBody: { required: true, content: json(schemaOf(setupCheckRequest, 'input')) },
  responses: {
    '200': { description: 'Checked, whatever was found.', content: json(schemaOf(setupCheckAnswer, 'output')) },
    ...errorAnswers(codes),
  },
};
