import * as z from 'zod';
import { type ApiErrorCode, apiErrors } from '../../lambdas/platform/api-errors';

/** A part of the description. */
export type Json = Record<string, unknown>;

/** The codes of every signed route. */
export const gate: readonly ApiErrorCode[] = ['INVALID_SIGNATURE', 'SIGNATURE_EXPIRED', 'NOT_CONFIGURED', 'TIMED_OUT'];
/** The JSON schema of a zod schema. */
export const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): Json => {
  const described = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return Object.fromEntries(Object.entries(described).filter(([key]) => key !== '$schema'));
};

/** A JSON body of this schema. */
export const json = (schema: Json): Json => ({ 'application/json': { schema } });

const errorSchema = (codes: readonly ApiErrorCode[]): Json => ({
  type: 'object',
  properties: {
    status: { const: 'error' },
    error_code: { enum: codes, description: codes.map((code) => `${code}: ${apiErrors[code][1]}`).join('; ') },
    error_message: { type: 'string', description: 'The measured value, the limit, and what to do.' },
    conversation_id: { type: ['string', 'null'], description: 'Null where the body was not read.' },
  },
  required: ['status', 'error_code', 'error_message', 'conversation_id'],
});

/** The error answers with these codes, by status. */
export const errorAnswers = (codes: readonly ApiErrorCode[]): Json => {
  const statuses = [...new Set(codes.map((code) => apiErrors[code][0]))].sort();
  return Object.fromEntries(
    statuses.map((status) => {
      const own = codes.filter((code) => apiErrors[code][0] === status);
      const retry = { 'Retry-After': { schema: { type: 'integer' }, description: 'Seconds.' } };
      return [
        String(status),
        { description: own.join(', '), ...(status === 503 && { headers: retry }), content: json(errorSchema(own)) },
      ];
    }),
  );
};

/** The header that most routes are signed in. */
export const signature = {
  name: 'ElevenLabs-Signature',
  in: 'header',
  description: 't=<unix seconds>,v0=<hex HMAC-SHA256(secret, t + "." + raw body)>',
  schema: { type: 'string' },
} satisfies Json;
