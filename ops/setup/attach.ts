import type { Attachments, InitiationWebhook, PostCall } from './account';
import { headerName, secretIdOf } from './header-secret';
import type { Before } from './record';
import type { Work } from './work';

const neededEvents = ['transcript', 'call_initiation_failure'];

/** Ids of the webhooks that a place should have. An id is undefined until the webhook is created. */
export interface Wanted {
  readonly webhookId: string | undefined;
  readonly secretId: string | undefined;
}

/** What a place lacks. Each field that is set must be corrected. */
export interface Lacking {
  readonly postCall?: { readonly line: string; readonly isElsewhere: boolean };
  readonly initiation?: { readonly line: string; readonly isElsewhere: boolean };
}

/** Compares a place with what it should have. `ours` contains the ids of this installation's webhooks. */
export const lackingIn = (
  { webhooks: postCall, conversation_initiation_client_data_webhook: initiation }: Attachments,
  { webhookId, secretId }: Wanted,
  { initiationUrl, serves }: Pick<Work, 'initiationUrl' | 'serves'>,
  ours: readonly string[],
): Lacking => ({
  ...(serves.postCall &&
    !isAttached(postCall, webhookId) && {
      postCall: {
        line: `attach the post-call webhook with the events ${eventsWith(postCall, ours).join(', ')}`,
        isElsewhere: postCall?.post_call_webhook_id != null && !ours.includes(postCall.post_call_webhook_id),
      },
    }),
  ...(serves.initiation &&
    !isAsked(initiation, initiationUrl, secretId) && {
      initiation: {
        line: `set the initiation webhook to ${initiationUrl}, with the header ${headerName}`,
        isElsewhere: initiation != null && initiation.url !== initiationUrl,
      },
    }),
});

const isAttached = (postCall: PostCall | null | undefined, webhookId: string | undefined): boolean =>
  webhookId !== undefined &&
  postCall?.post_call_webhook_id === webhookId &&
  postCall.transcript_format !== 'opentelemetry' &&
  neededEvents.every((event) => postCall.events?.includes(event) === true);

const isAsked = (
  initiation: InitiationWebhook | null | undefined,
  url: string,
  secretId: string | undefined,
): boolean => secretId !== undefined && initiation?.url === url && secretIdOf(initiation) === secretId;

/** Keeps additional events of an installation's webhook. */
const eventsWith = (postCall: PostCall | null | undefined, ours: readonly string[]): string[] => {
  const isOurs = postCall?.post_call_webhook_id != null && ours.includes(postCall.post_call_webhook_id);
  return [...new Set([...neededEvents, ...(isOurs ? (postCall.events ?? []) : [])])];
};

/** Builds what to write to a place to correct it. By then, `work.record` names the webhook and the secret. */
export const attachmentsFor = (
  { postCall, initiation }: Lacking,
  before: Attachments,
  { record, initiationUrl }: Work,
  ours: readonly string[],
): Attachments => ({
  ...(postCall !== undefined && {
    webhooks: {
      post_call_webhook_id: record.webhook?.id,
      events: eventsWith(before.webhooks, ours),
      transcript_format: 'json',
    },
  }),
  ...(initiation !== undefined && {
    conversation_initiation_client_data_webhook: {
      url: initiationUrl,
      request_headers: { [headerName]: { secret_id: record.header_secret?.id ?? '' } },
    },
  }),
});

/**
 * Returns what the workspace or an agent had before this command changes it, for a later undo. Omits headers with
 * plain-text values, which may be secrets. If the command has changed it before, that earlier record stays.
 */
export const beforeOf = (
  { postCall, initiation }: Lacking,
  { webhooks, conversation_initiation_client_data_webhook: webhook }: Attachments,
  noted: Before | undefined,
): Before => ({
  ...noted,
  ...(postCall !== undefined && noted?.post_call === undefined && { post_call: postCallBefore(postCall, webhooks) }),
  ...(initiation !== undefined &&
    noted?.initiation === undefined && { initiation: webhookBefore(initiation, webhook) }),
});

const postCallBefore = (
  { isElsewhere }: NonNullable<Lacking['postCall']>,
  webhooks: Attachments['webhooks'],
): Before['post_call'] =>
  isElsewhere && webhooks?.post_call_webhook_id != null
    ? { post_call_webhook_id: webhooks.post_call_webhook_id, events: webhooks.events ?? [] }
    : null;

const webhookBefore = (
  { isElsewhere }: NonNullable<Lacking['initiation']>,
  webhook: Attachments['conversation_initiation_client_data_webhook'],
): Before['initiation'] => {
  if (!isElsewhere || webhook == null) return null;
  const headers: Record<string, { secret_id: string }> = {};
  for (const [name, value] of Object.entries(webhook.request_headers)) {
    if (typeof value === 'string') return null;
    headers[name] = value;
  }
  return { url: webhook.url, request_headers: headers };
};
