import * as z from 'zod';
import { type Answer, ApiError } from './answers';
import type { SimulatorState } from './state';
import { apiId } from './values';
import { callEvent, changeWorkspace, getConvaiSettings, type WorkspaceChange } from './workspace';

const headerValue = z.union([z.string(), z.strictObject({ secret_id: apiId })]);

const initiationWebhook = z.strictObject({
  url: z.url({ protocol: /^https?$/ }),
  request_headers: z.record(z.string(), headerValue),
});

/** The body of `PATCH /v1/convai/settings`, as far as it is simulated. */
export const settingsPatch = z.strictObject({
  conversation_initiation_client_data_webhook: initiationWebhook.nullish(),
  webhooks: z
    .strictObject({
      post_call_webhook_id: apiId.nullish(),
      events: z.array(callEvent).optional(),
      transcript_format: z.enum(['json', 'opentelemetry']).optional(),
    })
    .optional(),
});

type Patch = z.output<typeof settingsPatch>;

const stored = ({ url, request_headers }: z.output<typeof initiationWebhook>) => ({
  url,
  requestHeaders: Object.fromEntries(
    Object.entries(request_headers).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : { secretId: value.secret_id },
    ]),
  ),
});

const changeOf = ({ conversation_initiation_client_data_webhook: initiation, webhooks }: Patch): WorkspaceChange => ({
  ...(initiation !== undefined && { initiationWebhook: initiation === null ? null : stored(initiation) }),
  ...(webhooks?.post_call_webhook_id !== undefined && { postCallWebhookId: webhooks.post_call_webhook_id }),
  ...(webhooks?.events !== undefined && { events: webhooks.events }),
  ...(webhooks?.transcript_format !== undefined && { transcriptFormat: webhooks.transcript_format }),
});

/** Changes the settings that all agents of the workspace share, and returns the result. */
export const patchConvaiSettings = (state: SimulatorState, patch: Patch): Answer => {
  const id = patch.webhooks?.post_call_webhook_id;
  if (id != null && !state.workspace.webhooks.some(({ webhookId }) => webhookId === id))
    throw new ApiError(404, 'webhook_not_found', `A webhook with webhook_id '${id}' was not found.`, 'webhook_id');
  state.workspace = changeWorkspace(state.workspace, changeOf(patch));
  return getConvaiSettings(state);
};
