import * as z from 'zod';

/** The simulated operations of the API, by the names that settings and faults use. */
export const operations = [
  'createVoice',
  'getVoice',
  'deleteVoice',
  'listVoices',
  'getAgent',
  'patchAgent',
  'getAgentVersion',
  'listBranches',
  'listProcedures',
  'getSubscription',
  'listConversations',
  'getConversation',
  'deleteConversation',
  'getConversationAudio',
  'twilioOutboundCall',
  'sipTrunkOutboundCall',
  'registerCall',
  'listWebhooks',
  'createWebhook',
  'patchWebhook',
  'deleteWebhook',
  'getConvaiSettings',
  'patchConvaiSettings',
  'listSecrets',
  'createSecret',
  'patchSecret',
  'deleteSecret',
  'listAgents',
] as const;

/** One of the simulated operations. */
export type Operation = (typeof operations)[number];

/** The operations whose path contains the id of a voice, agent, conversation, webhook or secret. */
export const operationsWithId: readonly string[] = [
  'getVoice',
  'deleteVoice',
  'getAgent',
  'patchAgent',
  'getAgentVersion',
  'listBranches',
  'listProcedures',
  'getConversation',
  'deleteConversation',
  'getConversationAudio',
  'patchWebhook',
  'deleteWebhook',
  'patchSecret',
  'deleteSecret',
];

/** The key permissions that the simulated operations need, by ElevenLabs' names. */
export const permissions = [
  'voices_read',
  'voices_write',
  'convai_read',
  'convai_write',
  'user_read',
  'workspace_read',
  'webhooks_write',
] as const;

/** A permission of a key. */
export type Permission = (typeof permissions)[number];

const ms = z.int().min(0).max(600_000);
const count = z.int().min(0);

const settingsFields = {
  /** Format of error bodies other than 422. */
  errorShape: z.enum(['new', 'old']),
  /** HTTP status for a missing voice; older reports show 400. */
  missingVoiceStatus: z.union([z.literal(404), z.literal(400)]),
  /** Whether new clones must be verified before anybody may use them. */
  clonesNeedVerification: z.boolean(),
  /** Slots for the account's own voices. */
  voiceLimit: count,
  /** Voices that may be added per month. Deleting a voice does not restore one. */
  maxVoiceAddEdits: count,
  /** Voices younger than this are missing from `GET /v2/voices`, although `GET /v1/voices/{id}` returns them. */
  searchLagMs: ms,
  /** Silently ignore unknown fields of a PATCH, as the real API seems to, instead of rejecting them. */
  dropUnknownFields: z.boolean(),
  /** Reject a PATCH that sets a missing voice. The real API's response is not documented. */
  refusesMissingVoices: z.boolean(),
  /** Permissions that the key lacks. Requests that need one are rejected. */
  missingPermissions: z.array(z.enum(permissions)),
  /** Whether outbound calls succeed; otherwise the response is 200 with `success: false`. */
  outboundCallsSucceed: z.boolean(),
  /** How long an outbound call's conversation lasts until it is `done`; null means forever. */
  outboundCallEndsAfterMs: ms.nullable(),
  /** Maximum time of an initiation webhook for its whole response. ElevenLabs does not document its own limit. */
  initiationTimeoutMs: ms,
  /** Minimum duration of each operation. */
  latencyMs: z.record(z.enum(operations), ms),
  /** Maximum random time to add. */
  jitterMs: ms,
};

const settings = z.strictObject(settingsFields);

/** The simulator's behaviour. */
export type Settings = z.infer<typeof settings>;

/** Parses a change of settings. `latencyMs` is one number for all operations, or some operations by name. */
export const settingsChange = settings.partial().extend({
  latencyMs: z.union([ms, z.partialRecord(z.enum(operations), ms)]).optional(),
});

/** A change of settings. */
export type SettingsChange = z.infer<typeof settingsChange>;

const latencyOfAll = (allMs: number): Settings['latencyMs'] =>
  settings.shape.latencyMs.parse(Object.fromEntries(operations.map((operation) => [operation, allMs])));

/** Defaults: a Creator plan (30 slots, 95 adds a month as measured in July 2026) with realistic response times. */
export const defaultSettings: Settings = {
  errorShape: 'new',
  missingVoiceStatus: 404,
  clonesNeedVerification: false,
  voiceLimit: 30,
  maxVoiceAddEdits: 95,
  searchLagMs: 0,
  dropUnknownFields: false,
  refusesMissingVoices: false,
  missingPermissions: [],
  outboundCallsSucceed: true,
  outboundCallEndsAfterMs: null,
  initiationTimeoutMs: 5000,
  latencyMs: { ...latencyOfAll(80), createVoice: 1200, getAgent: 150, patchAgent: 250 },
  jitterMs: 0,
};

/** Applies a change to the settings. Throws ZodError if the change is invalid. */
export const changeSettings = (before: Settings, change: SettingsChange): Settings => {
  const { latencyMs = {}, ...others } = settingsChange.parse(change);
  const changedLatency = typeof latencyMs === 'number' ? latencyOfAll(latencyMs) : latencyMs;
  return settings.parse({ ...before, ...others, latencyMs: { ...before.latencyMs, ...changedLatency } });
};
