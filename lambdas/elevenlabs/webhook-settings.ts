import * as z from 'zod';
import type { InitiationWebhook, PostCallSettings } from '../setup/details';
import { lenient } from './lenient';

const flag = lenient(z.boolean());

/** `conversation_initiation_client_data_webhook` of the workspace or an agent. Undefined if it is not configured. */
export const initiationWebhook = lenient(
  z.object({
    url: z.string(),
    // A header's value is text, or names a secret of the workspace.
    request_headers: lenient(z.record(z.string(), z.unknown())),
  }),
).transform((webhook): InitiationWebhook | undefined =>
  webhook === undefined
    ? undefined
    : {
        url: webhook.url,
        headerNames: Object.entries(webhook.request_headers ?? {})
          .filter(([, value]) => value != null && value !== '')
          .map(([name]) => name),
      },
);

/** `webhooks` in the settings of the workspace or an agent. Undefined if no post-call webhook is configured. */
export const postCallSettings = lenient(
  z.object({
    post_call_webhook_id: lenient(z.string()),
    events: lenient(z.array(z.string())),
    transcript_format: lenient(z.string()),
    exclude_transcript: flag,
    send_audio: flag,
  }),
).transform((settings): PostCallSettings | undefined =>
  settings?.post_call_webhook_id === undefined
    ? undefined
    : {
        webhookId: settings.post_call_webhook_id,
        events: settings.events,
        transcriptFormat: settings.transcript_format,
        excludesTranscript: settings.exclude_transcript === true,
        sendsAudio: settings.send_audio === true,
      },
);
