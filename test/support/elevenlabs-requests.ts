import { appendFileSync } from 'node:fs';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { FormPart } from '../../local/elevenlabs/multipart';
import type { Operation } from '../../local/elevenlabs/settings';

/**
 * What Precall sends to ElevenLabs, written by hand from ElevenLabs' own OpenAPI file of 2026-09-16 (298 paths), whose
 * objects are open and would let a misspelt field pass. Every object here is closed, and has only what Precall needs.
 */
interface RequestSchema {
  /** By parameter; every value is text. @default none */
  readonly query?: object;
  /** Of a JSON body, or of a form's fields by name, where a file is `{file, type}` and a repeated field is a list. */
  readonly body?: object;
}

const closed = (properties: Readonly<Record<string, object>>, required: readonly string[] = []): object => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});
const oneOf = (...values: readonly string[]): object => ({ type: 'string', enum: values });
const listOf = (items: object): object => ({ type: 'array', items });
const mapOf = (values: object): object => ({ type: 'object', additionalProperties: values });
const orNull = (schema: object): object => ({ anyOf: [schema, { type: 'null' }] });

const text = { type: 'string', minLength: 1 };
const id = { type: 'string', pattern: '^[A-Za-z0-9_-]{1,128}$' };
const flag = { type: 'boolean' };
const digits = { type: 'string', pattern: '^\\d+$' };
const url = { type: 'string', pattern: '^https?://' };
const seconds = { type: 'integer', minimum: 1 };
/** An empty first message waits for the caller. */
const firstMessage = { type: 'string' };

const override = closed({
  tts: closed({ voice_id: id }, ['voice_id']),
  agent: closed({ first_message: firstMessage }, ['first_message']),
  conversation: closed({ max_duration_seconds: seconds }, ['max_duration_seconds']),
});

const outboundCall = closed(
  {
    agent_id: id,
    agent_phone_number_id: id,
    to_number: text,
    conversation_initiation_client_data: closed({
      dynamic_variables: mapOf({ type: ['string', 'number', 'boolean'] }),
      user_id: { type: 'string', pattern: '^[0-9a-f]{64}$' },
      conversation_config_override: override,
    }),
    telephony_call_config: closed({ ringing_timeout_secs: { type: 'integer', minimum: 1, maximum: 999 } }),
  },
  ['agent_id', 'agent_phone_number_id', 'to_number'],
);

const initiationWebhook = orNull(
  closed({ url, request_headers: mapOf(closed({ secret_id: id }, ['secret_id'])) }, ['url', 'request_headers']),
);

const callEvents = listOf(
  oneOf(
    ...['transcript', 'audio', 'call_initiation_failure', 'answering_machine_detection'],
    ...['unredacted_transcript', 'unredacted_audio'],
  ),
);

const attachments = {
  conversation_initiation_client_data_webhook: initiationWebhook,
  webhooks: closed({
    post_call_webhook_id: orNull(id),
    events: callEvents,
    transcript_format: oneOf('json', 'opentelemetry'),
  }),
};

const platformSettings = closed({
  overrides: closed({
    conversation_config_override: closed({
      tts: closed({ voice_id: flag }),
      agent: closed({ first_message: flag }),
      conversation: closed({ max_duration_seconds: flag }),
    }),
    enable_conversation_initiation_client_data_from_webhook: flag,
  }),
  workspace_overrides: closed(attachments),
});

/** Without `procedures`, a PATCH publishes the drafts of the key's owner: it is either left out or names versions. */
const agentPatch = closed({
  conversation_config: closed({ tts: closed({ voice_id: id }), agent: closed({ first_message: firstMessage }) }),
  platform_settings: platformSettings,
  version_description: text,
  procedures: mapOf(closed({ procedure_id: id, version_id: id }, ['procedure_id', 'version_id'])),
});

const sample = closed({ file: { const: true }, type: { type: 'string', pattern: '^audio/(wav|mpeg|ogg)$' } });

/** No labels: ElevenLabs knows four keys, and refuses others. */
const voiceForm = closed(
  {
    name: text,
    description: text,
    remove_background_noise: oneOf('true'),
    files: { ...listOf(sample), minItems: 1 },
  },
  ['name', 'description', 'files'],
);

const webhookSettings = closed({ auth_type: { const: 'hmac' }, name: text, webhook_url: url }, [
  'auth_type',
  'name',
  'webhook_url',
]);
const secretFields = { name: text, value: text };
const secretNames = ['type', 'name', 'value'];

/** Operations that Precall does not use have no schema: none of them is ever sent. */
const schemas: Partial<Record<Operation, RequestSchema>> = {
  createVoice: { body: voiceForm },
  getVoice: {},
  deleteVoice: {},
  listVoices: {
    query: closed({
      search: text,
      page_size: digits,
      next_page_token: text,
      sort: oneOf('created_at_unix', 'name'),
      sort_direction: oneOf('asc', 'desc'),
      category: oneOf('cloned'),
      voice_type: oneOf('personal'),
      include_total_count: oneOf('false'),
    }),
  },
  getAgent: { query: closed({ version_id: id, branch_id: id }) },
  patchAgent: { query: closed({ branch_id: id }), body: agentPatch },
  getAgentVersion: {},
  listBranches: { query: closed({ include_archived: oneOf('true', 'false'), limit: digits }) },
  listProcedures: { query: closed({ agent_version_id: id }) },
  getSubscription: {},
  listConversations: {
    query: closed({ agent_id: id, user_id: text, call_start_after_unix: digits, page_size: digits, cursor: text }),
  },
  getConversation: {},
  deleteConversation: {},
  getConversationAudio: {},
  twilioOutboundCall: { body: outboundCall },
  sipTrunkOutboundCall: { body: outboundCall },
  listWebhooks: {},
  createWebhook: { body: closed({ settings: webhookSettings }, ['settings']) },
  patchWebhook: {
    body: closed({ is_disabled: flag, name: text, retry_enabled: flag }, ['is_disabled', 'name']),
  },
  deleteWebhook: {},
  getConvaiSettings: {},
  patchConvaiSettings: { body: closed(attachments) },
  listSecrets: { query: closed({ page_size: digits, search: text, cursor: text }) },
  createSecret: { body: closed({ type: { const: 'new' }, ...secretFields }, secretNames) },
  patchSecret: { body: closed({ type: { const: 'update' }, ...secretFields }, secretNames) },
  deleteSecret: {},
  listAgents: { query: closed({ page_size: digits, archived: oneOf('false'), cursor: text }) },
};

const ajv = new Ajv({ allErrors: true, allowUnionTypes: true });
const nothing = closed({});
const compiled = new Map(
  Object.entries(schemas).map(([operation, { query = nothing, body }]): [string, Judges] => [
    operation,
    { query: ajv.compile(query), body: body === undefined ? undefined : ajv.compile(body) },
  ]),
);

interface Judges {
  readonly query: ValidateFunction;
  readonly body: ValidateFunction | undefined;
}

/** A request as it is judged. */
export interface SentRequest {
  readonly operation: Operation;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly json: unknown;
  readonly form: readonly FormPart[];
}

/** A form as a value: files without their bytes, and `files` always as a list. */
const formValue = (form: readonly FormPart[]): Record<string, unknown> => {
  const fields: Record<string, unknown> = {};
  const files = form.filter(({ fileName }) => fileName !== null);
  for (const { name, fileName, bytes } of form) if (fileName === null) fields[name] = bytes.toString();
  for (const { name } of files)
    fields[name] = files.filter((file) => file.name === name).map(({ mimeType }) => ({ file: true, type: mimeType }));
  return fields;
};

const bodyOf = ({ json, form }: SentRequest): unknown => (form.length > 0 ? formValue(form) : json);

const complaints = (errors: ErrorObject[] | null | undefined): string[] =>
  (errors ?? []).map(({ instancePath, message, params }) => {
    const extra = 'additionalProperty' in params ? `: ${String(params['additionalProperty'])}` : '';
    return `${instancePath} ${message ?? 'is wrong'}${extra}`.trim();
  });

/** Why a request is not one that Precall sends, in a sentence each. */
export const requestFaults = (request: SentRequest): string[] => {
  const judges = compiled.get(request.operation);
  if (judges === undefined) return [`${request.method} ${request.path}: Precall sends no such request.`];
  const said: string[] = [];
  if (!judges.query(Object.fromEntries(request.query))) said.push(...complaints(judges.query.errors));
  const body = bodyOf(request);
  if (judges.body === undefined ? body !== undefined : !judges.body(body))
    said.push(...(judges.body === undefined ? ['it has a body'] : complaints(judges.body.errors)));
  return said.map((fault) => `${request.method} ${request.path}: ${fault}: Precall sends no such thing.`);
};

/** Appends a request to the file of `RECORD_ELEVENLABS_REQUESTS`, which `npm run requests:judge` reads. */
export const recordRequest = (request: SentRequest): void => {
  const file = process.env['RECORD_ELEVENLABS_REQUESTS'] ?? '';
  if (file === '') return;
  const { operation, method, path, query } = request;
  const isForm = request.form.length > 0;
  const line = { operation, method, path, query: [...query], isForm, body: bodyOf(request) };
  appendFileSync(file, `${JSON.stringify(line)}\n`);
};
