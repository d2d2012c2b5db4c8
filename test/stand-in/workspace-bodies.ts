import type { Account, AccountSettings } from './account';

const usageOf = (webhookId: string, { postCallWebhookId }: AccountSettings): unknown[] =>
  postCallWebhookId === webhookId ? [{ usage_type: 'ConvAI Settings' }] : [];

/** `GET /v1/workspace/webhooks`; `usage` is null unless it was asked for. */
export const webhookList = ({ webhooks, settings }: Account, hasUsage: boolean): unknown => ({
  webhooks: webhooks.map(({ webhookId, name, url, isDisabled, isAutoDisabled, lastFailure }) => ({
    webhook_id: webhookId,
    name,
    webhook_url: url,
    is_disabled: isDisabled,
    is_auto_disabled: isAutoDisabled,
    created_at_unix: 1_700_000_000,
    auth_type: 'hmac',
    usage: hasUsage ? usageOf(webhookId, settings) : null,
    events: null,
    most_recent_failure_error_code: lastFailure?.status ?? null,
    most_recent_failure_timestamp: lastFailure?.atUnix ?? null,
    a_field_of_tomorrow: null,
  })),
  a_field_of_tomorrow: [],
});

/** `GET /v1/convai/settings`. */
export const convaiSettingsBody = (settings: AccountSettings): unknown => ({
  conversation_initiation_client_data_webhook: settings.initiationWebhook,
  webhooks: {
    post_call_webhook_id: settings.postCallWebhookId,
    events: settings.events,
    transcript_format: settings.transcriptFormat,
    exclude_transcript: false,
    send_audio: null,
    a_field_of_tomorrow: null,
  },
  can_use_mcp_servers: null,
  rag_retention_period_days: 10,
  conversation_embedding_retention_days: null,
  default_livekit_stack: 'standard',
  a_field_of_tomorrow: null,
});
