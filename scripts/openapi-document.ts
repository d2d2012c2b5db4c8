import * as z from 'zod';
import { type ApiErrorCode, apiErrors } from '../lambdas/domain/api-errors';
import { preCallAnswer } from '../lambdas/domain/conversation';
import { maxEvents } from '../lambdas/domain/post-call/read-post-call';
import { maxSamples, preCallEventSchema, preCallMetadataSchema } from '../lambdas/domain/precall-event';
import { uploadRequest } from '../lambdas/domain/upload';

type Json = Record<string, unknown>;

/** The codes that each route may answer, beside INTERNAL_ERROR. */
const gate: readonly ApiErrorCode[] = ['INVALID_SIGNATURE', 'SIGNATURE_EXPIRED', 'NOT_CONFIGURED'];
const precallCodes = Object.keys(apiErrors) as ApiErrorCode[];
const uploadCodes: readonly ApiErrorCode[] = [
  ...gate,
  'INVALID_JSON',
  'INVALID_PAYLOAD',
  'VOICE_SAMPLE_TOO_LARGE',
  'SERVICE_UNAVAILABLE',
  'INTERNAL_ERROR',
];

const postcallCodes: readonly ApiErrorCode[] = [
  ...gate,
  'INVALID_JSON',
  'INVALID_PAYLOAD',
  'SERVICE_UNAVAILABLE',
  'TIMED_OUT',
  'INTERNAL_ERROR',
];

const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): Json => {
  const described = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return Object.fromEntries(Object.entries(described).filter(([key]) => key !== '$schema'));
};

const json = (schema: Json): Json => ({ 'application/json': { schema } });

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

const errorAnswers = (codes: readonly ApiErrorCode[]): Json => {
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

const signature: Json = {
  name: 'ElevenLabs-Signature',
  in: 'header',
  description:
    't=<unix seconds>,v0=<hex HMAC-SHA256(secret, t + "." + raw body)>; multipart senders may use a form field instead.',
  schema: { type: 'string' },
};

const multipartForm: Json = {
  type: 'object',
  properties: {
    metadata: { ...schemaOf(preCallMetadataSchema, 'input'), description: 'The event without its samples, as JSON.' },
    voice_sample: { type: 'array', minItems: 1, maxItems: maxSamples, items: { type: 'string', format: 'binary' } },
    elevenlabs_signature: {
      type: 'string',
      description:
        'Without the header: signs <t>.<metadata as sent>.<SHA-256 hex of each voice_sample in order, joined by ".">.',
    },
  },
  required: ['metadata', 'voice_sample'],
};

const uploadOffer: Json = {
  type: 'object',
  properties: {
    upload_id: { type: 'string' },
    url: { type: 'string', format: 'uri' },
    fields: { type: 'object', additionalProperties: { type: 'string' } },
    expires_in: { type: 'integer', description: 'Seconds.' },
  },
  required: ['upload_id', 'url', 'fields', 'expires_in'],
};

const health: Json = {
  type: 'object',
  properties: {
    status: { enum: ['ok', 'degraded', 'error'] },
    ...Object.fromEntries(
      ['database', 'storage', 'queues', 'elevenlabs'].map((part) => [part, { enum: ['ok', 'error'] }]),
    ),
    timestamp: { type: 'string', format: 'date-time' },
  },
  required: ['status', 'database', 'storage', 'queues', 'elevenlabs', 'timestamp'],
};

const precall: Json = {
  operationId: 'preCall',
  summary: 'Clones the caller’s voice, puts it on the agent, and answers when it is there.',
  parameters: [signature],
  requestBody: {
    required: true,
    content: { ...json(schemaOf(preCallEventSchema, 'input')), 'multipart/form-data': { schema: multipartForm } },
  },
  responses: {
    '200': { description: 'The voice is on the agent.', content: json(schemaOf(preCallAnswer, 'output')) },
    ...errorAnswers(precallCodes),
  },
};

const uploads: Json = {
  operationId: 'offerUpload',
  summary: 'Offers a presigned S3 form for a sample that is too large for a request.',
  parameters: [signature],
  requestBody: { required: true, content: json(schemaOf(uploadRequest, 'input')) },
  responses: { '200': { description: 'The form.', content: json(uploadOffer) }, ...errorAnswers(uploadCodes) },
};

const id: Json = { type: 'string', pattern: '^[A-Za-z0-9_-]{1,128}$' };

const postCallEvent: Json = {
  description: 'What is used of an event; everything else passes through, and types that are not known are taken too.',
  type: 'object',
  properties: {
    type: { type: 'string', examples: ['post_call_transcription', 'post_call_audio', 'call_initiation_failure'] },
    event_timestamp: { type: ['number', 'null'], description: 'Unix seconds.' },
    data: {
      type: 'object',
      properties: { conversation_id: id, agent_id: id },
      required: ['conversation_id', 'agent_id'],
      additionalProperties: true,
    },
  },
  required: ['type', 'data'],
  additionalProperties: true,
};

const flatCall: Json = {
  description: 'The flat form, of senders that are not ElevenLabs.',
  type: 'object',
  properties: {
    call_id: { type: 'string', minLength: 1, maxLength: 256 },
    agent_id: { ...id, type: ['string', 'null'] },
    transcript: {},
    duration_seconds: { type: ['number', 'null'], minimum: 0 },
    status: { enum: ['completed', 'failed', 'missed', null] },
    custom_variables: { type: ['object', 'null'] },
    timestamp: { type: ['number', 'string', 'null'] },
  },
  required: ['call_id'],
  additionalProperties: true,
};

const received: Json = {
  oneOf: [
    { type: 'object', properties: { status: { const: 'received' } }, required: ['status'] },
    {
      type: 'object',
      properties: { status: { const: 'success' }, message: { type: 'string' }, call_id: { type: 'string' } },
      required: ['status', 'message', 'call_id'],
    },
  ],
};

const postcall: Json = {
  operationId: 'postCall',
  summary: 'Takes in what is told of a finished call: durable and queued when it answers.',
  parameters: [signature],
  requestBody: {
    required: true,
    content: json({
      oneOf: [postCallEvent, { type: 'array', minItems: 1, maxItems: maxEvents, items: postCallEvent }, flatCall],
    }),
  },
  responses: { '200': { description: 'Taken in.', content: json(received) }, ...errorAnswers(postcallCodes) },
};

const healthCheck: Json = {
  operationId: 'health',
  summary: 'Says whether the parts that a call needs answer; cached for 30 s.',
  responses: {
    '200': { description: 'ok or degraded', content: json(health) },
    '503': { description: 'error', content: json(health) },
  },
};

/** The description of the API in OpenAPI 3.1, made from the schemas in the code. */
export const openApi = (): Json => ({
  openapi: '3.1.0',
  info: { title: 'Precall', version: '1', description: 'See docs/API.md for the story; this is the shape.' },
  paths: {
    '/webhook/precall': { post: precall },
    '/webhook/postcall': { post: postcall },
    '/uploads': { post: uploads },
    '/health': { get: healthCheck },
  },
});
