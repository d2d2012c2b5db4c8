import * as z from 'zod';
import { apiId } from './ids';

const httpUrl = z.url({ protocol: /^https?$/ });

/** A header's value, or the secret of the workspace that holds it. */
const headerValue = z.union([z.string(), z.strictObject({ secretId: apiId })]);

const webhook = z.strictObject({
  webhookId: apiId,
  name: z.string().min(1),
  url: httpUrl,
  isDisabled: z.boolean().default(false),
  /** Switched off by ElevenLabs itself, after failures. */
  isAutoDisabled: z.boolean().default(false),
  /** Null leaves `retry_enabled` out of the list, whose documented shape has none. */
  retryEnabled: z.boolean().nullable().default(null),
  /** Events of the workspace; those of calls are in the settings. */
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

const callEvent = z.enum([
  'transcript',
  'audio',
  'call_initiation_failure',
  'answering_machine_detection',
  'unredacted_transcript',
  'unredacted_audio',
]);

const workspace = z.strictObject({
  /** Each is sent to by its own secret. Their ids are unique. */
  webhooks: z
    .array(webhook)
    .refine((all) => new Set(all.map(({ webhookId }) => webhookId)).size === all.length, 'a webhookId occurs twice'),
  /** The webhook that the ends of calls are told to. */
  postCallWebhookId: apiId.nullable(),
  /** Which events of calls are told. */
  events: z.array(callEvent),
  transcriptFormat: z.enum(['json', 'opentelemetry']).nullable(),
  /** What is asked before an inbound call, for agents that allow it. */
  initiationWebhook: z.strictObject({ url: httpUrl, requestHeaders: z.record(z.string(), headerValue) }).nullable(),
  /** The workspace's secret store: values by `secretId`. */
  secrets: z.record(apiId, z.string()),
});

/** What is configured for all agents of the account: its webhooks, and what they are used for. */
export type Workspace = z.output<typeof workspace>;

/** A webhook of the workspace. */
export type StoredWebhook = Workspace['webhooks'][number];

/** The webhook that is asked before a call. */
export type InitiationWebhook = NonNullable<Workspace['initiationWebhook']>;

/** Reads a change of the workspace: any of its parts, each of which replaces what was there. */
export const workspaceChange = workspace.partial();

/** A change of the workspace. */
export type WorkspaceChange = z.input<typeof workspaceChange>;

/** A workspace in which nothing is configured. */
export const emptyWorkspace: Workspace = {
  webhooks: [],
  postCallWebhookId: null,
  events: [],
  transcriptFormat: null,
  initiationWebhook: null,
  secrets: {},
};

/** The workspace after a change. Throws ZodError for a change that is not valid. */
export const changeWorkspace = (before: Workspace, change: WorkspaceChange): Workspace =>
  workspace.parse({ ...before, ...workspaceChange.parse(change) });
