import * as z from 'zod';
import { agentWebhookId } from './agent-rules';
import { type Answer, jsonAnswer } from './answer';
import type { JsonObject } from './json';
import type { SimulatorState } from './state';
import type { InitiationWebhook, StoredWebhook } from './workspace';

/** The query of `GET /v1/workspace/webhooks`. */
export const webhookQuery = z.strictObject({
  include_usages: z.stringbool({ truthy: ['true'], falsy: ['false'], case: 'sensitive' }).default(false),
});

const usagesOf = ({ workspace, agents }: SimulatorState, { webhookId }: StoredWebhook): JsonObject[] => [
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

/** `GET /v1/workspace/webhooks`; `usage` is null unless it is asked for. */
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

/** `GET /v1/convai/settings`. */
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
