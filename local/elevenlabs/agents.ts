import * as z from 'zod';
import { describeAgentBody, newAgentBody } from './agent-settings';
import { findVersion, firstVersion, withNextVersion } from './agent-versions';
import { type Answer, jsonAnswer, ApiError } from './answers';
import type { SimulatorState, StoredAgent } from './state';
import { type JsonObject, jsonObject, apiId, mergeDeep } from './values';
import { ensurePremadeVoice } from './voices';

const anything = (...names: readonly string[]) =>
  z.strictObject(Object.fromEntries(names.map((name) => [name, z.json().optional()])));

const tts = anything(
  ...['model_id', 'supported_voices', 'expressive_mode', 'suggested_audio_tags', 'agent_output_audio_format'],
  ...['optimize_streaming_latency', 'stability', 'speed', 'similarity_boost', 'text_normalisation_type'],
  ...['pronunciation_dictionary_locators', 'enable_phoneme_tags', 'audio_effects'],
).extend({ voice_id: z.string().min(1).optional() });

const agent = anything(
  ...['language', 'hinglish_mode', 'dynamic_variables', 'disable_first_message_interruptions'],
  ...['max_conversation_duration_message', 'text_behavior_overrides', 'prompt'],
).extend({ first_message: z.string().optional() });

const conversationConfig = anything('asr', 'turn', 'conversation', 'language_presets', 'vad').extend({
  tts: tts.optional(),
  agent: agent.optional(),
});

/**
 * The body of a PATCH: Body_Patches_an_Agent_settings, ConversationalConfigAPIModel-Input,
 * TTSConversationalConfig-Input and AgentConfigAPIModel-Input in ElevenLabs' OpenAPI document.
 */
export const agentPatch: z.ZodType = z.strictObject({
  conversation_config: conversationConfig.optional(),
  platform_settings: jsonObject.optional(),
  workflow: jsonObject.optional(),
  name: z.string().nullish(),
  tags: z.array(z.string()).nullish(),
  version_description: z.string().nullish(),
  procedures: jsonObject.nullish(),
});

/** What a checked PATCH changes of the agent: all but `version_description`, which belongs to the version. */
export const patchOf = (body: unknown): JsonObject =>
  Object.fromEntries(Object.entries(jsonObject.parse(body)).filter(([name]) => name !== 'version_description'));

const setVoice = z.object({
  conversation_config: z.object({ tts: z.object({ voice_id: z.string().optional() }).optional() }).optional(),
});

/** The voice that a PATCH sets, if it sets one. */
export const voiceIdIn = (patch: JsonObject): string | undefined =>
  setVoice.parse(patch).conversation_config?.tts?.voice_id;

/** Reads an agent to start with. */
export const agentSeed = z.strictObject({
  agentId: apiId,
  name: z.string().min(1).default('Example agent'),
  voiceId: apiId,
  firstMessage: z.string(),
  conversationConfig: jsonObject.default({}),
  platformSettings: jsonObject.default({}),
  /** Whether the agent keeps its versions, and shows them. */
  hasVersions: z.boolean().default(true),
});

/** An agent to start with: its id, voice and first message, and anything unusual in its configuration. */
export type AgentSeed = z.input<typeof agentSeed>;

/** Adds an agent. Its voice becomes a premade one if it does not exist. Throws Error when the agent exists. */
export const addAgent = (state: SimulatorState, seed: AgentSeed, nowMs: number): StoredAgent => {
  const traits = agentSeed.parse(seed);
  const { agentId, voiceId } = traits;
  if (state.agents.some((agent) => agent.agentId === agentId))
    throw new Error(`The agent ${agentId} exists. Choose another agentId, or reset the simulator.`);
  ensurePremadeVoice(state, voiceId);
  const body = newAgentBody(traits, nowMs);
  const agent = {
    agentId,
    ...(traits.hasVersions ? firstVersion(body, nowMs) : { body, versions: [] }),
    versionCount: 1,
  };
  state.agents.push(agent);
  return agent;
};

/** The summary of an agent: id, name, current voice and first message, version. */
export const describeAgent = ({ agentId, body, versionCount }: StoredAgent) => ({
  agentId,
  ...describeAgentBody(body),
  versionCount,
});

/** The agent of this id. Throws ApiError 404 `agent_not_found`. */
export const findAgent = (state: SimulatorState, agentId: string): StoredAgent => {
  const agent = state.agents.find((candidate) => candidate.agentId === agentId);
  if (agent !== undefined) return agent;
  throw new ApiError(404, 'agent_not_found', `An agent with agent_id '${agentId}' was not found.`, 'agent_id');
};

/** `GET /v1/convai/agents/{agent_id}`: the agent as it is, or as it was in a version. */
export const getAgent = (state: SimulatorState, agentId: string, versionId?: string | null): Answer => {
  const agent = findAgent(state, agentId);
  return jsonAnswer(200, versionId == null ? agent.body : findVersion(agent, versionId).body);
};

/**
 * `PATCH /v1/convai/agents/{agent_id}`: merges the body into the agent, makes a new version and answers the whole
 * agent. A voice that does not exist is accepted and recorded as an incident, since the real API's answer is not known.
 */
export const patchAgent = (state: SimulatorState, agentId: string, body: unknown, nowMs: number): Answer => {
  const patch = patchOf(body);
  const before = findAgent(state, agentId);
  const voiceId = voiceIdIn(patch);
  const isKnown = voiceId === defaultVoiceId || state.voices.some((voice) => voice.voiceId === voiceId);
  const isMissing = voiceId !== undefined && !isKnown;
  if (isMissing && state.settings.refusesMissingVoices)
    throw new ApiError(422, 'voice_not_found', `A voice with voice_id '${voiceId}' was not found.`, 'voice_id');
  const updated_at_unix_secs = Math.floor(nowMs / 1000);
  const merged = mergeDeep(mergeDeep(before.body, patch), { metadata: { updated_at_unix_secs } });
  const after = withNextVersion(before, merged, descriptionOf(body), nowMs);
  state.agents[state.agents.indexOf(before)] = after;
  if (isMissing) {
    const at = new Date(nowMs).toISOString();
    state.incidents.push({ kind: 'danglingVoice', cause: 'patched', agentId, voiceId, at });
  }
  return jsonAnswer(200, after.body);
};

/** The default of `conversation_config.tts.voice_id`: every workspace may use it. */
const defaultVoiceId = 'cjVigY5qzO86Huf0OWal';

const described = z.object({ version_description: z.string().nullish() });

const descriptionOf = (body: unknown): string => described.parse(body).version_description ?? '';
