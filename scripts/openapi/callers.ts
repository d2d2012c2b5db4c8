import { enrolmentRequest } from '../../lambdas/callers/enrolment/enrolment-request';
import { erasureRequest, erasureStatusRequest } from '../../lambdas/callers/erasure/erasure';
import { exportRequest, exportStatusRequest } from '../../lambdas/callers/export/export';
import { withdrawalRequest } from '../../lambdas/callers/withdrawal/withdraw-consent';
import type { ApiErrorCode } from '../../lambdas/platform/api-errors';
import { errorAnswers, gate, type Json, json, schemaOf, signature } from './common';

const common: readonly ApiErrorCode[] = [
  ...gate,
  'INVALID_JSON',
  'INVALID_PAYLOAD',
  'SERVICE_UNAVAILABLE',
  'INTERNAL_ERROR',
];

const enrolmentCodes: readonly ApiErrorCode[] = [
  ...common,
  'INVALID_VOICE_SAMPLE',
  'DUPLICATE_VOICE_SAMPLE',
  'UPLOAD_NOT_FOUND',
  'UPLOAD_EXPIRED',
  'UPLOAD_CHANGED',
  'CALLER_ERASED',
  'CONSENT_MISSING',
  'VOICE_SAMPLE_TOO_LARGE',
];

const unixSeconds: Json = { type: 'integer', description: 'Unix seconds.' };
const erasureId: Json = { type: 'string', pattern: '^[0-9a-f]{32}$' };
const object = (properties: Record<string, Json>): Json => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
});
const ids: Json = { type: 'array', items: { type: 'string' } };
const counts = [
  'voices',
  'conversations',
  'conversations_at_elevenlabs',
  'calls',
  'records',
  'samples',
  'transcripts',
  'recordings',
  'events',
  'exports',
];

const enrolled = object({
  status: { const: 'success' },
  enrolled_samples: { type: 'integer' },
  caller_known_until: unixSeconds,
});

const accepted = object({ status: { const: 'accepted' }, erasure_id: erasureId });

const storeReceipt = object({
  store: { enum: ['table', 'bucket', 'elevenlabs', 'backups'] },
  erased: { type: 'object', additionalProperties: { type: 'integer' } },
  stays: {
    type: 'array',
    items: object({ what: { type: 'string' }, count: { type: ['integer', 'null'] }, reason: { type: 'string' } }),
  },
});

const erasureStatus = object({
  status: { const: 'success' },
  erasure: object({
    state: { enum: ['running', 'done'] },
    requested_at: unixSeconds,
    finished_at: { ...unixSeconds, type: ['integer', 'null'] },
    erased: object(Object.fromEntries(counts.map((kind) => [kind, { type: 'integer' }]))),
    receipt: { type: ['array', 'null'], items: storeReceipt },
    remains_at_elevenlabs: object({ agent_versions: ids, conversations: ids, note: { type: 'string' } }),
  }),
});

const exportAccepted = object({ status: { const: 'accepted' }, export_id: erasureId });

const exportStatus = object({
  status: { const: 'success' },
  export: object({
    state: { enum: ['running', 'ready', 'failed'] },
    requested_at: unixSeconds,
    finished_at: { ...unixSeconds, type: ['integer', 'null'] },
    reason: { enum: ['too_large', null] },
    download: {
      ...object({
        url: { type: 'string', format: 'uri' },
        url_expires_at: unixSeconds,
        archive_expires_at: unixSeconds,
        size_bytes: { type: 'integer' },
        files: { type: 'integer' },
      }),
      type: ['object', 'null'],
    },
  }),
});

/** `POST /callers`. */
export const enrolCaller: Json = {
  operationId: 'enrolCaller',
  summary: 'Makes a caller known by voice samples, for calls that bring none.',
  parameters: [signature],
  requestBody: { required: true, content: json(schemaOf(enrolmentRequest, 'input')) },
  responses: {
    '200': { description: 'The caller is known.', content: json(enrolled) },
    ...errorAnswers(enrolmentCodes),
  },
};

/** `POST /callers/withdraw`. */
export const withdrawConsent: Json = {
  operationId: 'withdrawConsent',
  summary: "Withdraws a caller's consent: ends the use of the voice, deletes voices and samples.",
  parameters: [signature],
  requestBody: { required: true, content: json(schemaOf(withdrawalRequest, 'input')) },
  responses: {
    '200': {
      description: 'Withdrawn.',
      content: json(object({ status: { const: 'success' }, withdrawn: { const: true } })),
    },
    ...errorAnswers(common),
  },
};

/** `POST /callers/erase`. */
export const eraseCaller: Json = {
  operationId: 'eraseCaller',
  summary: 'Marks a caller as erased, and queues that everything of theirs is deleted.',
  parameters: [signature],
  requestBody: { required: true, content: json(schemaOf(erasureRequest, 'input')) },
  responses: { '202': { description: 'Marked and queued.', content: json(accepted) }, ...errorAnswers(common) },
};

/** `POST /callers/erasure`. */
export const readErasure: Json = {
  operationId: 'readErasure',
  summary: 'Says how far an erasure is, and what remains at ElevenLabs.',
  parameters: [signature],
  requestBody: { required: true, content: json(schemaOf(erasureStatusRequest, 'input')) },
  responses: {
    '200': { description: 'The erasure.', content: json(erasureStatus) },
    ...errorAnswers([...common, 'ERASURE_NOT_FOUND']),
  },
};

/** `POST /callers/export`. */
export const exportCaller: Json = {
  operationId: 'exportCaller',
  summary: 'Queues an archive of everything that is held of a caller.',
  parameters: [signature],
  requestBody: { required: true, content: json(schemaOf(exportRequest, 'input')) },
  responses: {
    '202': { description: 'Queued.', content: json(exportAccepted) },
    ...errorAnswers([...common, 'ERASURE_RUNNING']),
  },
};

/** `POST /callers/export/status`. */
export const readExport: Json = {
  operationId: 'readExport',
  summary: 'Says how far an export is; a finished one has a download link that is valid for 15 minutes.',
  parameters: [signature],
  requestBody: { required: true, content: json(schemaOf(exportStatusRequest, 'input')) },
  responses: {
    '200': { description: 'The export.', content: json(exportStatus) },
    ...errorAnswers([...common, 'EXPORT_NOT_FOUND']),
  },
};
