import * as z from 'zod';

/** The operations of the API that are simulated, by the names that settings and faults use. */
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

/** The operations whose path has an id: of a voice, agent, conversation, webhook or secret. */
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

/** The permissions of a key that the simulated operations need, by ElevenLabs' names. */
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
  /** Shape of error bodies other than 422. */
  errorShape: z.enum(['new', 'old']),
  /** HTTP status for a voice that does not exist; older reports have 400. */
  missingVoiceStatus: z.union([z.literal(404), z.literal(400)]),
  /** Whether new clones must be verified before anybody may use them. */
  clonesNeedVerification: z.boolean(),
  /** Slots for voices of the account's own. */
  voiceLimit: count,
  /** Voices that may be added in a month; deleting gives none back. */
  maxVoiceAddEdits: count,
  /** Voices younger than this are missing from `GET /v2/voices`, though `GET /v1/voices/{id}` shows them. */
  searchLagMs: ms,
  /** Ignore unknown fields of a PATCH silently, as the real API seems to, instead of refusing them. */
  dropUnknownFields: z.boolean(),
  /** Refuse a PATCH that sets a voice which does not exist; the real API's answer is not documented. */
  refusesMissingVoices: z.boolean(),
  /** Permissions that the key lacks; requests that need one are refused. */
  missingPermissions: z.array(z.enum(permissions)),
  /** Whether outbound calls come about; otherwise their answer is 200 with `success: false`. */
  outboundCallsSucceed: z.boolean(),
  /** How long an outbound call's conversation goes on until it is `done` by itself; null for ever. */
  outboundCallEndsAfterMs: ms.nullable(),
  /** How long an initiation webhook may take for its whole answer. ElevenLabs does not document its own. */
  initiationTimeoutMs: ms,
  /** Time that each operation takes at least. */
  latencyMs: z.record(z.enum(operations), ms),
  /** Random time on top, up to this. */
  jitterMs: ms,
};

const settings = z.strictObject(settingsFields);

/** How the simulator behaves. */
export type Settings = z.infer<typeof settings>;

/**
 * Reads a change of settings: any of them; `latencyMs` is one number for all operations, or some operations by name.
 */
export const settingsChange = settings.partial().extend({
  latencyMs: z.union([ms, z.partialRecord(z.enum(operations), ms)]).optional(),
});

/** A change of settings. */
export type SettingsChange = z.infer<typeof settingsChange>;

const latencyOfAll = (allMs: number): Settings['latencyMs'] =>
  settings.shape.latencyMs.parse(Object.fromEntries(operations.map((operation) => [operation, allMs])));

/** A Creator plan (30 slots, 95 adds a month as measured in July 2026) and a realistic pace. */
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

/** The settings after a change. Throws ZodError for a change that is not valid. */
export const changeSettings = (before: Settings, change: SettingsChange): Settings => {
  const { latencyMs = {}, ...others } = settingsChange.parse(change);
  const changedLatency = typeof latencyMs === 'number' ? latencyOfAll(latencyMs) : latencyMs;
  return settings.parse({ ...before, ...others, latencyMs: { ...before.latencyMs, ...changedLatency } });
};
