import * as z from 'zod';
import type { Deadline } from '../platform/deadline';
import type { ConvaiSettings, WorkspaceWebhook } from '../setup/details';
import { lenient } from './lenient';
import { type Connection, request } from './request';
import { initiationWebhook, postCallSettings } from './webhook-settings';

const timeoutMs = 5_000;
const flag = lenient(z.boolean());

const webhook = lenient(
  z.object({
    webhook_id: z.string(),
    webhook_url: lenient(z.string()),
    is_disabled: flag,
    is_auto_disabled: flag,
    // Undocumented here, but in the response of the PATCH that sets it.
    retry_enabled: flag,
    most_recent_failure_error_code: lenient(z.number()),
    most_recent_failure_timestamp: lenient(z.number()),
  }),
);
const webhookList = z.object({ webhooks: z.array(webhook) });

/** Lists the workspace's webhooks. Throws ElevenLabsError on failure, of kind `access` if the key lacks the scope. */
export const listWorkspaceWebhooks = async (
  connection: Connection,
  deadline: Deadline,
): Promise<readonly WorkspaceWebhook[]> => {
  const { webhooks } = await request(
    connection,
    {
      operation: 'list_webhooks',
      method: 'GET',
      path: '/v1/workspace/webhooks',
      timeoutMs,
      answer: webhookList,
      isRepeatable: true,
    },
    deadline,
  );
  return webhooks
    .filter((each) => each !== undefined)
    .map((each) => ({
      webhookId: each.webhook_id,
      url: each.webhook_url,
      isDisabled: each.is_disabled === true,
      isAutoDisabled: each.is_auto_disabled === true,
      repeats: each.retry_enabled,
      lastFailureStatus: each.most_recent_failure_error_code,
      lastFailureAtS: each.most_recent_failure_timestamp,
    }));
};

const convaiSettings = z.object({
  conversation_initiation_client_data_webhook: initiationWebhook,
  webhooks: postCallSettings,
});

/** Reads the settings for all agents of the workspace. Throws ElevenLabsError on failure. */
export const getConvaiSettings = async (connection: Connection, deadline: Deadline): Promise<ConvaiSettings> => {
  const settings = await request(
    connection,
    {
      operation: 'get_convai_settings',
      method: 'GET',
      path: '/v1/convai/settings',
      timeoutMs,
      answer: convaiSettings,
      isRepeatable: true,
    },
    deadline,
  );
  return {
    initiationWebhook: settings.conversation_initiation_client_data_webhook,
    postCall: settings.webhooks,
  };
};
