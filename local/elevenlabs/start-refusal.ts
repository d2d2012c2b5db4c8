import { type AgentRules, agentRules } from './agent-rules';
import { type InitiationData, keptOf } from './initiation-data';
import { isJsonObject, type Json, type JsonObject } from './json';
import type { SimulatorState } from './state';

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
 * Why a conversation of this agent cannot start with this data, naming each field; null when it can. Fails a field that
 * the agent does not let be overridden (null counts, as the docs say to leave fields out), except `asr.keywords`, which is
 * silently ignored; a voice that does not exist; and a custom dynamic variable that is missing.
 * https://elevenlabs.io/docs/eleven-agents/customization/personalization/overrides
 */
export const startRefusal = (state: SimulatorState, agent: JsonObject, data: InitiationData): string | null => {
  const rules = agentRules(agent);
  const { configOverride, dynamicVariables } = keptOf(data);
  const voiceId = data.conversation_config_override?.tts?.voice_id;
  const complaints = [
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

/**
 * Fields that ElevenLabs documents but asks clients to leave out: overrides that are null or empty, and the system's own
 * variables.
 */
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
