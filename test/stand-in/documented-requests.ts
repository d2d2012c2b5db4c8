import type { IncomingHttpHeaders } from 'node:http';
import * as z from 'zod';
import type { FormPart } from './multipart-reader';
import type { Operation } from './operations';

/** What HTTP clients add on their own; every other header has to be one that ElevenLabs documents. */
const transportHeaders =
  'host connection keep-alive user-agent accept accept-encoding accept-language sec-fetch-mode content-length transfer-encoding';
const knownHeaders = new Set([...transportHeaders.split(' '), 'xi-api-key', 'content-type']);

const nothing = z.strictObject({});

const listVoicesQuery = z.strictObject({
  search: z.string().min(1).optional(),
  page_size: z
    .string()
    .regex(/^([1-9]\d?|100)$/, 'must be 1 to 100')
    .optional(),
  next_page_token: z.string().min(1).optional(),
  sort: z.enum(['created_at_unix', 'name']).optional(),
  sort_direction: z.enum(['asc', 'desc']).optional(),
  voice_type: z
    .enum(['personal', 'community', 'default', 'workspace', 'non-default', 'non-community', 'saved'])
    .optional(),
  category: z.enum(['premade', 'cloned', 'generated', 'professional']).optional(),
  include_total_count: z.enum(['true', 'false']).optional(),
});

const listConversationsQuery = z.strictObject({
  agent_id: z.string().min(1).optional(),
  call_start_after_unix: z.string().regex(/^\d+$/, 'must be unix seconds').optional(),
  page_size: z
    .string()
    .regex(/^([1-9]\d?|100)$/, 'must be 1 to 100')
    .optional(),
  cursor: z.string().min(1).optional(),
});

const patchAgentBody = z.strictObject({
  conversation_config: z
    .strictObject({
      tts: z.strictObject({ voice_id: z.string().min(1) }).optional(),
      agent: z.strictObject({ first_message: z.string() }).optional(),
    })
    .optional(),
  version_description: z.string().optional(),
});

const outboundCallBody = z.strictObject({
  agent_id: z.string().min(1),
  agent_phone_number_id: z.string().min(1),
  to_number: z.string().min(1),
  conversation_initiation_client_data: z
    .strictObject({
      dynamic_variables: z
        .record(
          z.string().regex(/^(?!system__)/, 'is the name of a system variable'),
          z.union([z.string(), z.number(), z.boolean()]),
        )
        .optional(),
      conversation_config_override: z
        .strictObject({
          tts: z.strictObject({ voice_id: z.string().min(1) }).optional(),
          agent: z.strictObject({ first_message: z.string().min(1) }).optional(),
          conversation: z.strictObject({ max_duration_seconds: z.int().min(1) }).optional(),
        })
        .optional(),
    })
    .optional(),
  telephony_call_config: z.strictObject({ ringing_timeout_secs: z.int().min(1) }).optional(),
});

const listWebhooksQuery = z.strictObject({ include_usages: z.enum(['true', 'false']).optional() });

const labels = z.record(z.string(), z.string());

/** What a request consists of, as far as its documentation speaks of it. */
interface ReceivedRequest {
  readonly operation: Operation;
  readonly headers: IncomingHttpHeaders;
  readonly query: URLSearchParams;
  readonly form: readonly FormPart[];
  readonly json: unknown;
  readonly hasBody: boolean;
}

const issuesOf = (where: string, schema: z.ZodType, value: unknown): string[] => {
  const result = schema.safeParse(value);
  return result.success
    ? []
    : result.error.issues.map(({ path, message }) => `${[where, ...path].join('.')}: ${message}`);
};

const headerIssues = (headers: IncomingHttpHeaders, hasBody: boolean): string[] => {
  const unknown = Object.keys(headers).filter((name) => !knownHeaders.has(name));
  return [
    ...unknown.map((name) => `header ${name} is not documented`),
    ...(headers['xi-api-key'] === undefined ? ['header xi-api-key is missing'] : []),
    ...(!hasBody && headers['content-type'] !== undefined ? ['header content-type without a body'] : []),
  ];
};

const repeated = (where: string, names: readonly string[]): string[] =>
  names.filter((name, index) => names.indexOf(name) !== index).map((name) => `${where} ${name} is repeated`);

const labelIssues = (text: string): string[] => {
  try {
    return issuesOf('form field labels', labels, JSON.parse(text));
  } catch {
    return ['form field labels is not JSON'];
  }
};

const textIssues = ({ name, bytes }: FormPart): string[] => {
  const text = bytes.toString('utf8');
  if (!Buffer.from(text).equals(bytes)) return [`form field ${name} is not UTF-8`];
  if (name === 'labels') return labelIssues(text);
  if (name === 'remove_background_noise' && text !== 'true' && text !== 'false')
    return [`${name} must be true or false`];
  return [];
};

const textFields = ['name', 'description', 'labels', 'remove_background_noise'];

const partIssues = (part: FormPart): string[] => {
  const isFile = part.filename !== null;
  if (part.name === 'files') {
    return isFile && part.contentType !== null ? [] : ['form field files needs a file name and a content type'];
  }
  if (!textFields.includes(part.name)) return [`form field ${part.name} is not documented`];
  return isFile ? [`form field ${part.name} must be text, not a file`] : textIssues(part);
};

const bodies: Partial<Record<Operation, z.ZodType>> = {
  patchAgent: patchAgentBody,
  twilioOutboundCall: outboundCallBody,
  sipTrunkOutboundCall: outboundCallBody,
};

const bodyIssues = ({ operation, form, json, hasBody }: ReceivedRequest): string[] => {
  const schema = bodies[operation];
  if (schema !== undefined) return issuesOf('body', schema, json);
  if (operation !== 'addVoice') return hasBody ? ['a body is not documented'] : [];
  const names = form.map(({ name }) => name).filter((name) => name !== 'files');
  return [...repeated('form field', names), ...form.flatMap(partIssues)];
};

const queries: Partial<Record<Operation, z.ZodType>> = {
  listVoices: listVoicesQuery,
  listConversations: listConversationsQuery,
  listWebhooks: listWebhooksQuery,
};

/**
 * Lists, as clauses, everything in a request that ElevenLabs does not document for its operation, and everything documented that Precall has
 * no need to send: of the agent only `tts.voice_id`, `agent.first_message` and `version_description`, of a call's overrides those two and
 * `max_duration_seconds`, of its telephony only how long it rings, and no query parameter but those of the lists. Overrides are left out rather than
 * empty, as the docs ask for. An empty list means a request that may be answered.
 */
export const undocumentedIn = (request: ReceivedRequest): string[] => {
  const query = Object.fromEntries(request.query);
  return [
    ...headerIssues(request.headers, request.hasBody),
    ...repeated('query parameter', [...request.query.keys()]),
    ...issuesOf('query', queries[request.operation] ?? nothing, query),
    ...bodyIssues(request),
  ];
};
