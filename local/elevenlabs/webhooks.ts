import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import { type Answer, ApiError, jsonAnswer } from './answers';
import type { SimulatorState } from './state';
import { newVoiceId } from './values';
import { changeWorkspace, type StoredWebhook, usagesOf } from './workspace';

const headers = z.record(z.string(), z.string()).nullish();

/** The body of `POST /v1/workspace/webhooks`: WebhookHMACSettings. Here the URL may use http, for a local receiver. */
export const newWebhook = z.strictObject({
  settings: z.strictObject({
    auth_type: z.literal('hmac'),
    name: z.string().min(1),
    webhook_url: z.url({ protocol: /^https?$/ }),
    request_headers: headers,
  }),
});

/** The body of `PATCH /v1/workspace/webhooks/{webhook_id}`. */
export const webhookPatch = z.strictObject({
  is_disabled: z.boolean(),
  name: z.string().min(1),
  retry_enabled: z.boolean().nullish(),
  request_headers: headers,
  events: z.array(z.string()).nullish(),
});

const findWebhook = ({ workspace }: SimulatorState, id: string): StoredWebhook => {
  const webhook = workspace.webhooks.find(({ webhookId }) => webhookId === id);
  if (webhook !== undefined) return webhook;
  throw new ApiError(404, 'webhook_not_found', `A webhook with webhook_id '${id}' was not found.`, 'webhook_id');
};

/** Creates a webhook and returns its secret, which is never shown again. */
export const createWebhook = (state: SimulatorState, { settings }: z.output<typeof newWebhook>): Answer => {
  const webhookId = newVoiceId();
  const secret = `wsec_${randomBytes(32).toString('hex')}`;
  const made = { webhookId, name: settings.name, url: settings.webhook_url, secret };
  state.workspace = changeWorkspace(state.workspace, { webhooks: [...state.workspace.webhooks, made] });
  return jsonAnswer(200, { webhook_id: webhookId, webhook_secret: secret, field_of_a_later_release: null });
};

/** Changes a webhook. Enables one that ElevenLabs disabled unless the request disables it. */
export const patchWebhook = (state: SimulatorState, id: string, patch: z.output<typeof webhookPatch>): Answer => {
  const before = findWebhook(state, id);
  const after: StoredWebhook = {
    ...before,
    name: patch.name,
    isDisabled: patch.is_disabled,
    isAutoDisabled: before.isAutoDisabled && patch.is_disabled,
    areRetriesOn: patch.retry_enabled ?? before.areRetriesOn,
  };
  const { webhooks } = state.workspace;
  state.workspace = changeWorkspace(state.workspace, {
    webhooks: webhooks.map((each) => (each === before ? after : each)),
  });
  return jsonAnswer(200, { status: 'ok' });
};

/** Deletes an unused webhook. The error code for a used webhook is not documented. */
export const deleteWebhook = (state: SimulatorState, id: string): Answer => {
  const webhook = findWebhook(state, id);
  if (usagesOf(state, webhook).length > 0)
    throw new ApiError(400, 'webhook_in_use', 'The webhook is in use. Remove its uses first.', 'webhook_id');
  const webhooks = state.workspace.webhooks.filter((each) => each !== webhook);
  state.workspace = changeWorkspace(state.workspace, { webhooks });
  return jsonAnswer(200, { status: 'ok' });
};
