import * as z from 'zod';
import { ownTypes } from '../lambdas/calls/post-call-event';
import { initiationAnswer } from '../lambdas/initiation/initiation';
import { type ApiErrorCode, apiErrors } from '../lambdas/platform/api-errors';
import { qualityCodes } from '../lambdas/samples/audio/quality-warning';
import { maxSamples } from '../lambdas/samples/named-samples';
import { uploadRequest } from '../lambdas/samples/upload';
import { preCallAnswer } from '../lambdas/voices/pre-call/pre-call-answer';
import { preCallEventSchema, preCallMetadataSchema } from '../lambdas/voices/pre-call/pre-call-event';
import { enrolCaller, eraseCaller, exportCaller, readErasure, readExport, withdrawConsent } from './openapi/callers';
import { errorAnswers, gate, type Json, json, schemaOf, signature } from './openapi/common';
import { setupCheck } from './openapi/setup-check';
import { threeCx } from './openapi/threecx';

const initiationCodes: readonly ApiErrorCode[] = ['INVALID_SECRET', 'NOT_CONFIGURED', 'TIMED_OUT', 'INTERNAL_ERROR'];
const codesOfOtherRoutes: readonly string[] = [
  'INVALID_SECRET',
  'ERASURE_NOT_FOUND',
  'ERASURE_RUNNING',
  'EXPORT_NOT_FOUND',
];
const precallCodes = (Object.keys(apiErrors) as ApiErrorCode[]).filter((code) => !codesOfOtherRoutes.includes(code));
/** A silent sample is refused, so no answer warns of it. */
const warning = z.object({ code: z.enum(qualityCodes).exclude(['silence']), message: z.string() });
const answerOfPreCall = preCallAnswer.extend({ sample_warnings: z.array(warning).optional() });
const uploadCodes: readonly ApiErrorCode[] = [
  ...gate,
  'INVALID_JSON',
  'INVALID_PAYLOAD',
  'CONSENT_MISSING',
  'VOICE_SAMPLE_TOO_LARGE',
  'SERVICE_UNAVAILABLE',
  'INTERNAL_ERROR',
];

const postcallCodes: readonly ApiErrorCode[] = [
  ...gate,
  'INVALID_JSON',
  'INVALID_PAYLOAD',
  'SERVICE_UNAVAILABLE',
  'INTERNAL_ERROR',
];

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
  summary: 'Clones the caller’s voice, and answers when the call can start with it.',
  parameters: [
    { ...signature, description: `${signature.description}. A multipart sender may use a form field instead.` },
  ],
  requestBody: {
    required: true,
    content: { ...json(schemaOf(preCallEventSchema, 'input')), 'multipart/form-data': { schema: multipartForm } },
  },
  responses: {
    '200': {
      description: 'The voice is made. voice_reaches_caller says how a call gets it.',
      content: json(schemaOf(answerOfPreCall, 'output')),
    },
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
/** A field that counts as missing if it cannot be read, so that any value is accepted. */
const ifReadable = (description: string): Json => ({ description });
const reportTypes = ['post_call_transcription', 'post_call_audio'];

const eventFields: Json = {
  event_timestamp: ifReadable('Unix seconds, milliseconds or ISO 8601; any other value counts as missing.'),
};

const callReport: Json = {
  description: 'The report of a call. Fields that are not described here pass through.',
  type: 'object',
  properties: {
    type: { enum: reportTypes },
    ...eventFields,
    data: {
      type: 'object',
      properties: { conversation_id: id, agent_id: ifReadable('ElevenLabs’ id; any other value counts as missing.') },
      required: ['conversation_id'],
      additionalProperties: true,
    },
  },
  required: ['type', 'data'],
  additionalProperties: true,
};

const otherEvent: Json = {
  description: 'A failure to connect, or an event of a type that is not known: it is kept.',
  type: 'object',
  properties: {
    type: {
      type: 'string',
      pattern: `^(?!(${[...reportTypes, ...ownTypes].join('|')})$).{1,64}$`,
      examples: ['call_initiation_failure'],
    },
    ...eventFields,
    data: ifReadable('An object with conversation_id and agent_id; any other value counts as missing.'),
  },
  required: ['type'],
  additionalProperties: true,
};

const caller = ifReadable('The caller’s number, as text or an integer.');

const flatCall: Json = {
  description:
    'The flat form, of senders that are not ElevenLabs. Only call_id must be readable: any other field may have any ' +
    'value.',
  type: 'object',
  properties: {
    type: { type: 'null' },
    call_id: { type: ['string', 'integer'], minLength: 1, maxLength: 256, description: 'Printable characters.' },
    agent_id: ifReadable('ElevenLabs’ id.'),
    transcript: {},
    duration_seconds: ifReadable('Seconds, 0 or more, or hh:mm:ss.'),
    status: ifReadable('completed, failed or missed.'),
    custom_variables: ifReadable('An object.'),
    timestamp: ifReadable('Unix seconds, milliseconds or ISO 8601.'),
    caller_id: caller,
    caller_number: caller,
    phone_number: caller,
    external_number: caller,
    user_id: caller,
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
  summary: 'Receives an event about a finished call. When it answers, the event is stored and its work is queued.',
  parameters: [signature],
  requestBody: {
    required: true,
    content: json({
      oneOf: [callReport, otherEvent, flatCall],
    }),
  },
  responses: { '200': { description: 'Taken in.', content: json(received) }, ...errorAnswers(postcallCodes) },
};

const initiationRequest: Json = {
  description:
    'What is used of ElevenLabs\u2019 request. Nothing is required, any value is accepted, and other fields pass.',
  type: 'object',
  properties: {
    caller_id: ifReadable('The number that calls, as text or an integer.'),
    agent_id: ifReadable('ElevenLabs\u2019 id.'),
    conversation_id: ifReadable('ElevenLabs\u2019 id.'),
    called_number: ifReadable('The number that is called, as text or an integer.'),
    call_sid: {},
  },
  additionalProperties: true,
};

const initiation: Json = {
  operationId: 'initiation',
  summary: 'Gives a known caller\u2019s voice to the call that starts. Whatever the body is, the answer is 200.',
  parameters: [{ name: 'X-Precall-Secret', in: 'header', required: true, schema: { type: 'string' } }],
  requestBody: { required: true, content: json(initiationRequest) },
  responses: {
    '200': { description: 'The call can go on.', content: json(schemaOf(initiationAnswer, 'output')) },
    ...errorAnswers(initiationCodes),
  },
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
    '/webhook/initiation': { post: initiation },
    '/webhook/3cx': { post: threeCx },
    '/uploads': { post: uploads },
    '/callers': { post: enrolCaller },
    '/callers/withdraw': { post: withdrawConsent },
    '/callers/erase': { post: eraseCaller },
    '/callers/erasure': { post: readErasure },
    '/callers/export': { post: exportCaller },
    '/callers/export/status': { post: readExport },
    '/setup/check': { post: setupCheck },
    '/health': { get: healthCheck },
  },
});
