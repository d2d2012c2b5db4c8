import * as z from 'zod';
import { type AgentRules, agentRules, describeAgentBody } from './agent-settings';
import { dynamicVariables } from './conversations';
import type { SimulatorState } from './state';
import { type JsonObject, jsonObject, isJsonObject, type Json } from './values';

const text = z.string().nullish();
const number = z.number().nullish();
const objects = z.array(jsonObject).nullish();

const promptOverride = z.strictObject({
  prompt: text,
  llm: text,
  tool_ids: z.array(z.string()).nullish(),
  tool_ids_strict: z.boolean().nullish(),
  native_mcp_server_ids: z.array(z.string()).nullish(),
  knowledge_base: objects,
});

/** ConversationConfigClientOverrideInput of ElevenLabs' JavaScript SDK. */
const configOverride = z.strictObject({
  asr: z.strictObject({ keywords: z.array(z.string()).max(50).nullish() }).nullish(),
  turn: z.strictObject({ soft_timeout_config: jsonObject.nullish() }).nullish(),
  tts: z
    .strictObject({
      model_id: text,
      voice_id: text,
      supported_voices: objects,
      stability: number,
      speed: number,
      similarity_boost: number,
      pronunciation_dictionary_locators: objects,
    })
    .nullish(),
  conversation: z
    .strictObject({ text_only: z.boolean().nullish(), max_duration_seconds: z.int().min(1).nullish() })
    .nullish(),
  agent: z
    .strictObject({
      first_message: text,
      language: text,
      max_conversation_duration_message: text,
      prompt: promptOverride.nullish(),
    })
    .nullish(),
});

/** ConversationInitiationClientDataRequestInput of ElevenLabs' JavaScript SDK: the data that starts a conversation. */
export const initiationData = z.strictObject({
  conversation_config_override: configOverride.nullish(),
  custom_llm_extra_body: jsonObject.nullish(),
  dynamic_variables: dynamicVariables.nullish(),
  user_id: text,
  source_info: jsonObject.nullish(),
  branch_id: text,
  environment: text,
  starting_workflow_node_id: text,
  procedure_ids: z.array(z.string()).nullish(),
});

/** The data that starts a conversation. */
export type InitiationData = z.infer<typeof initiationData>;

/** The response of an initiation webhook: the same fields, plus the type that every example in the docs has. */
export const initiationAnswer = initiationData.extend({ type: z.literal('conversation_initiation_client_data') });

/** Returns the part of the data that a conversation keeps. */
export const keptOf = (
  data: InitiationData | null | undefined,
): {
  readonly configOverride: JsonObject | null;
  readonly dynamicVariables: z.infer<typeof dynamicVariables>;
  readonly userId: string | null;
} => ({
  configOverride: jsonObject.nullable().parse(data?.conversation_config_override ?? null),
  dynamicVariables: data?.dynamic_variables ?? {},
  userId: data?.user_id ?? null,
});

const spoken = z.object({
  conversation_config: z.object({
    conversation: z.object({ text_only: z.boolean().nullish() }).nullish(),
    language_presets: z
      .record(
        z.string(),
        z.object({
          overrides: z
            .object({
              tts: z.object({ voice_id: text }).nullish(),
              agent: z.object({ first_message: text }).nullish(),
            })
            .nullish(),
        }),
      )
      .nullish(),
  }),
});

/**
 * Returns what the person hears in a conversation with this data: the data's own values, otherwise the language's,
 * otherwise the agent's. Null if the agent only writes.
 */
export const heardOf = (
  agent: JsonObject,
  { conversation_config_override: override }: InitiationData,
  language?: string,
): { readonly voiceId: string; readonly firstMessage: string } | null => {
  const { conversation, language_presets: presets } = spoken.parse(agent).conversation_config;
  if (conversation?.text_only === true) return null;
  const { voiceId, firstMessage } = describeAgentBody(agent);
  const preset = language === undefined ? undefined : presets?.[language]?.overrides;
  return {
    voiceId: override?.tts?.voice_id ?? preset?.tts?.voice_id ?? voiceId,
    firstMessage: override?.agent?.first_message ?? preset?.agent?.first_message ?? firstMessage,
  };
};

const overriddenPaths = (override: JsonObject, path: readonly string[] = []): string[][] =>
  Object.entries(override).flatMap(([key, value]) =>
    isJsonObject(value) ? overriddenPaths(value, [...path, key]) : [[...path, key]],
  );

const valueAt = (object: JsonObject, path: readonly string[]): Json | undefined =>
  path.reduce<Json | undefined>(
    (inner, key) => (isJsonObject(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined),
    object,
  );

const overrideComplaints = ({ overridable }: AgentRules, override: JsonObject): string[] =>
  overriddenPaths(override)
    .filter((path) => path.join('.') !== 'asr.keywords' && valueAt(overridable, path) !== true)
    .map((path) => `Override for field '${path.join('.')}' is not allowed by config.`);

const variableComplaints = ({ neededVariables }: AgentRules, given: readonly string[]): string[] => [
  ...neededVariables
    .filter((name) => !given.includes(name))
    .map((name) => `Missing required dynamic variable '${name}'.`),
  ...given
    .filter((name) => name.startsWith('system__'))
    .map((name) => `The dynamic variable '${name}' is reserved for the system.`),
];

const flowComplaints = ({ takesStartingNode, takesProcedures }: AgentRules, data: InitiationData): string[] => [
  ...(data.starting_workflow_node_id != null && !takesStartingNode
    ? ["The field 'starting_workflow_node_id' is not enabled."]
    : []),
  ...(data.procedure_ids != null && !takesProcedures ? ["The field 'procedure_ids' is not enabled."] : []),
];

/**
 * Explains why a conversation of this agent cannot start with this data, naming each field, or returns null if it can.
 * It cannot start if a voice does not exist or a custom dynamic variable is missing. Nor can it if a field must not be
 * overridden (null included), except `asr.keywords`, which is ignored.
 * https://elevenlabs.io/docs/eleven-agents/customization/personalization/overrides
 */
export const startRefusal = (state: SimulatorState, agent: JsonObject, data: InitiationData): string | null => {
  const rules = agentRules(agent);
  const { configOverride, dynamicVariables } = keptOf(data);
  const voiceId = data.conversation_config_override?.tts?.voice_id;
  const complaints = [
    ...(rules.isArchived ? ['The agent is archived.'] : []),
    ...overrideComplaints(rules, configOverride ?? {}),
    ...(voiceId != null && !state.voices.some((voice) => voice.voiceId === voiceId)
      ? [`The voice '${voiceId}' of the field 'tts.voice_id' does not exist.`]
      : []),
    ...variableComplaints(rules, Object.keys(dynamicVariables)),
    ...flowComplaints(rules, data),
  ];
  return complaints.length === 0 ? null : complaints.join(' ');
};

const emptyPaths = (override: JsonObject, path: readonly string[] = []): string[][] =>
  Object.entries(override).flatMap(([key, value]) => {
    if (isJsonObject(value) && Object.keys(value).length > 0) return emptyPaths(value, [...path, key]);
    return value === null || value === '' || isJsonObject(value) ? [[...path, key]] : [];
  });

/** Returns fields that ElevenLabs documents but asks clients to omit: null or empty overrides, and system variables. */
export const fieldsToLeaveOut = (data: InitiationData): string[] => {
  const { configOverride, dynamicVariables } = keptOf(data);
  return [
    ...(configOverride === null ? [] : emptyPaths({ conversation_config_override: configOverride })).map(
      (path) => `${path.join('.')}: Leave out what is not overridden`,
    ),
    ...Object.keys(dynamicVariables)
      .filter((name) => name.startsWith('system__'))
      .map((name) => `dynamic_variables.${name}: Reserved for the system`),
  ];
};
