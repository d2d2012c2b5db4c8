import * as z from 'zod';
import { agentWebhookId } from './agent-settings';
import { type Answer, jsonAnswer } from './answers';
import type { SimulatorState } from './state';
import { apiId, type JsonObject } from './values';
import { slotsUsed } from './voices';

const httpUrl = z.url({ protocol: /^https?$/ });

/** A header's value, or the workspace secret that contains it. */
const headerValue = z.union([z.string(), z.strictObject({ secretId: apiId })]);

const webhook = z.strictObject({
  webhookId: apiId,
  name: z.string().min(1),
  url: httpUrl,
  isDisabled: z.boolean().default(false),
  /** Disabled by ElevenLabs itself, after failures. */
  isAutoDisabled: z.boolean().default(false),
  /** The signing secret; null if the test that created the webhook signs requests itself. */
  secret: z.string().nullable().default(null),
  /** Null omits `retry_enabled` from the list, whose documented format lacks it. */
  retryEnabled: z.boolean().nullable().default(null),
  /** The value that a PATCH set; the list does not show it. */
  areRetriesOn: z.boolean().default(false),
  /** Workspace events; call events are in the settings. */
  events: z
    .array(z.enum(['voice_library_removal_notice', 'speech_to_text', 'agent_qa', 'flows']))
    .nullable()
    .default(null),
  /** @default now */
  createdAtUnixS: z
    .int()
    .min(0)
    .default(() => Math.floor(Date.now() / 1000)),
  mostRecentFailure: z
    .strictObject({ errorCode: z.int(), atUnixS: z.int().min(0) })
    .nullable()
    .default(null),
});

/** A call event that a webhook may receive. */
export const callEvent = z.enum([
  'transcript',
  'audio',
  'call_initiation_failure',
  'answering_machine_detection',
  'unredacted_transcript',
  'unredacted_audio',
]);

const workspace = z.strictObject({
  /** The webhooks, each with its own secret. Their ids are unique. */
  webhooks: z
    .array(webhook)
    .refine((all) => new Set(all.map(({ webhookId }) => webhookId)).size === all.length, 'a webhookId occurs twice'),
  /** The webhook that receives the ends of calls. */
  postCallWebhookId: apiId.nullable(),
  /** The call events that are sent. */
  events: z.array(callEvent),
  transcriptFormat: z.enum(['json', 'opentelemetry']).nullable(),
  /** The webhook that is called before an inbound call, for agents that allow it. */
  initiationWebhook: z.strictObject({ url: httpUrl, requestHeaders: z.record(z.string(), headerValue) }).nullable(),
  /** The workspace's secret store: values by `secretId`. */
  secrets: z.record(apiId, z.string()),
  /** The names of secrets that have one. */
  secretNames: z.record(apiId, z.string()).default({}),
});

/** The configuration for all agents of the account: its webhooks and their uses. */
export type Workspace = z.output<typeof workspace>;

/** A webhook of the workspace. */
export type StoredWebhook = Workspace['webhooks'][number];

/** The webhook that is called before a call. */
export type InitiationWebhook = NonNullable<Workspace['initiationWebhook']>;

/** Parses a change of the workspace. Each given part replaces the existing one. */
export const workspaceChange = workspace.partial();

/** A change to the workspace. */
export type WorkspaceChange = z.input<typeof workspaceChange>;

/** A workspace without any configuration. */
export const emptyWorkspace: Workspace = {
  webhooks: [],
  postCallWebhookId: null,
  events: [],
  transcriptFormat: null,
  initiationWebhook: null,
  secrets: {},
  secretNames: {},
};

/** Applies a change to the workspace. Throws ZodError if the change is invalid. */
export const changeWorkspace = (before: Workspace, change: WorkspaceChange): Workspace =>
  workspace.parse({ ...before, ...workspaceChange.parse(change) });

/** The query of `GET /v1/workspace/webhooks`. */
export const webhookQuery = z.strictObject({
  include_usages: z.stringbool({ truthy: ['true'], falsy: ['false'], case: 'sensitive' }).default(false),
});

/** Returns the uses of a webhook. */
export const usagesOf = ({ workspace, agents }: SimulatorState, { webhookId }: StoredWebhook): JsonObject[] => [
  ...(workspace.postCallWebhookId === webhookId ? [{ usage_type: 'ConvAI Settings' }] : []),
  ...(agents.some(({ body }) => agentWebhookId(body) === webhookId) ? [{ usage_type: 'ConvAI Agent Settings' }] : []),
];

const webhookBody = (webhook: StoredWebhook, usage: JsonObject[] | null): JsonObject => ({
  name: webhook.name,
  webhook_id: webhook.webhookId,
  webhook_url: webhook.url,
  is_disabled: webhook.isDisabled,
  is_auto_disabled: webhook.isAutoDisabled,
  created_at_unix: webhook.createdAtUnixS,
  auth_type: 'hmac',
  usage,
  events: webhook.events,
  most_recent_failure_error_code: webhook.mostRecentFailure?.errorCode ?? null,
  most_recent_failure_timestamp: webhook.mostRecentFailure?.atUnixS ?? null,
  ...(webhook.retryEnabled !== null && { retry_enabled: webhook.retryEnabled }),
  field_of_a_later_release: null,
});

/** Handles `GET /v1/workspace/webhooks`; `usage` is null unless it is requested. */
export const listWebhooks = (state: SimulatorState, hasUsages: boolean): Answer =>
  jsonAnswer(200, {
    webhooks: state.workspace.webhooks.map((webhook) =>
      webhookBody(webhook, hasUsages ? usagesOf(state, webhook) : null),
    ),
    field_of_a_later_release: null,
  });

const headerBody = ([name, value]: [string, InitiationWebhook['requestHeaders'][string]]) =>
  [name, typeof value === 'string' ? value : { secret_id: value.secretId }] as const;

const initiationBody = ({ url, requestHeaders }: InitiationWebhook): JsonObject => ({
  url,
  request_headers: Object.fromEntries(Object.entries(requestHeaders).map(headerBody)),
});

/** Handles `GET /v1/convai/settings`. */
export const getConvaiSettings = ({ workspace }: SimulatorState): Answer =>
  jsonAnswer(200, {
    conversation_initiation_client_data_webhook:
      workspace.initiationWebhook === null ? null : initiationBody(workspace.initiationWebhook),
    webhooks: {
      post_call_webhook_id: workspace.postCallWebhookId,
      events: workspace.events,
      transcript_format: workspace.transcriptFormat,
      exclude_transcript: null,
      send_audio: null,
      field_of_a_later_release: null,
    },
    can_use_mcp_servers: false,
    rag_retention_period_days: 10,
    conversation_embedding_retention_days: null,
    default_livekit_stack: 'standard',
    field_of_a_later_release: {},
  });

const startOfNextMonthS = (nowMs: number): number => {
  const now = new Date(nowMs);
  return Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1) / 1000;
};

/** Handles `GET /v1/user/subscription`: returns the plan with its voice slots and the month's add counter. */
export const getSubscription = ({ voices, voiceAddEditCounter, settings }: SimulatorState, nowMs: number): Answer =>
  jsonAnswer(200, {
    tier: 'creator',
    character_count: 17_231,
    character_limit: 100_000,
    max_character_limit_extension: null,
    max_credit_limit_extension: 'unlimited',
    can_extend_character_limit: true,
    allowed_to_extend_character_limit: true,
    next_character_count_reset_unix: startOfNextMonthS(nowMs),
    voice_slots_used: slotsUsed(voices),
    professional_voice_slots_used: 0,
    professional_voice_slots_used_in_workspace: 0,
    voice_limit: settings.voiceLimit,
    max_voice_add_edits: settings.maxVoiceAddEdits,
    voice_add_edit_counter: voiceAddEditCounter,
    professional_voice_limit: 1,
    can_extend_voice_limit: false,
    can_use_instant_voice_cloning: true,
    can_use_professional_voice_cloning: true,
    currency: 'eur',
    status: 'active',
    billing_period: 'monthly_period',
    character_refresh_period: 'monthly_period',
    next_invoice: null,
    open_invoices: [],
    has_open_invoices: false,
    current_overage: { amount: '0.00', currency: 'usd' },
    field_of_a_later_release: null,
  });
