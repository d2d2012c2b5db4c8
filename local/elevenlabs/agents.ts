import * as z from 'zod';
import { branchSeed, findBranch, mainSeed, patchProcedures, requireRight, withBranch } from './agent-branches';
import { describeAgentBody, newAgentBody } from './agent-settings';
import { findVersion, firstVersion, withNextVersion } from './agent-versions';
import { type Answer, jsonAnswer, ApiError } from './answers';
import type { SimulatorState, StoredAgent, StoredBranch } from './state';
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
  procedures: z.record(z.string(), z.strictObject({ procedure_id: z.string(), version_id: z.string() })).nullish(),
});

const ofVersions = ['version_description', 'procedures'];

/** Returns the changes of a checked PATCH to the agent's settings. */
export const patchOf = (body: unknown): JsonObject =>
  Object.fromEntries(Object.entries(jsonObject.parse(body)).filter(([name]) => !ofVersions.includes(name)));

const setVoice = z.object({
  conversation_config: z.object({ tts: z.object({ voice_id: z.string().optional() }).optional() }).optional(),
});

/** Returns the voice that a PATCH sets, if any. */
export const voiceIdIn = (patch: JsonObject): string | undefined =>
  setVoice.parse(patch).conversation_config?.tts?.voice_id;

/** Parses an initial agent. */
export const agentSeed = z.strictObject({
  agentId: apiId,
  name: z.string().min(1).default('Example agent'),
  voiceId: apiId,
  firstMessage: z.string(),
  conversationConfig: jsonObject.default({}),
  platformSettings: jsonObject.default({}),
  /** Whether the agent keeps and shows its versions. */
  hasVersions: z.boolean().default(true),
  /** The published version of each procedure on the main branch; null for one without any. */
  procedures: z.record(z.string(), z.string().nullable()).optional(),
  /** How the main branch differs from the default. With this field or with branches, the agent shows branch ids. */
  main: mainSeed.optional(),
  branches: z.array(branchSeed).optional(),
});

/** An initial agent: its id, voice and first message, and any unusual configuration. */
export type AgentSeed = z.input<typeof agentSeed>;

/** Adds an agent. If its voice does not exist, it becomes a premade one. Throws Error if the agent exists. */
export const addAgent = (state: SimulatorState, seed: AgentSeed, nowMs: number): StoredAgent => {
  const traits = agentSeed.parse(seed);
  const { agentId, voiceId } = traits;
  if (state.agents.some((agent) => agent.agentId === agentId))
    throw new Error(`The agent ${agentId} already exists. Choose another agentId, or reset the simulator.`);
  ensurePremadeVoice(state, voiceId);
  const body = seededBody(traits, nowMs);
  const agent = {
    agentId,
    ...(traits.hasVersions ? firstVersion(body, nowMs) : { body, versions: [] }),
    versionCount: 1,
    ...(traits.main !== undefined && { main: traits.main }),
    ...(traits.branches !== undefined && {
      branches: traits.branches.map((seed) => newBranch(state, body, seed, nowMs)),
    }),
  };
  state.agents.push(agent);
  return agent;
};

const seededBody = (traits: z.infer<typeof agentSeed>, nowMs: number): JsonObject => {
  const { main, branches, procedures } = traits;
  const plain = newAgentBody(traits, nowMs);
  if (procedures !== undefined)
    plain['procedures'] = Object.fromEntries(
      Object.entries(procedures).map(([procedure_id, version_id]) => [procedure_id, { procedure_id, version_id }]),
    );
  if (main === undefined && branches === undefined) return plain;
  const mainId = (main ?? mainSeed.parse({})).branchId;
  return { ...plain, branch_id: mainId, main_branch_id: mainId };
};

const newBranch = (
  state: SimulatorState,
  mainBody: JsonObject,
  { voiceId, firstMessage, conversationConfig, platformSettings, ...traits }: z.infer<typeof branchSeed>,
  nowMs: number,
): StoredBranch => {
  if (voiceId !== undefined) ensurePremadeVoice(state, voiceId);
  const own = {
    ...(voiceId !== undefined && { tts: { voice_id: voiceId } }),
    ...(firstMessage !== undefined && { agent: { first_message: firstMessage } }),
  };
  const changed = {
    branch_id: traits.branchId,
    conversation_config: mergeDeep(conversationConfig, own),
    platform_settings: platformSettings,
  };
  return {
    ...traits,
    ...firstVersion(mergeDeep(mainBody, changed), nowMs),
    versionCount: 1,
    parentBranchId: z.string().parse(mainBody['branch_id']),
  };
};

/** Returns an agent's id, name and version, and its current voice and first message. */
export const describeAgent = ({ agentId, body, versionCount }: StoredAgent) => ({
  agentId,
  ...describeAgentBody(body),
  versionCount,
});

/** Finds an agent by id. Throws ApiError 404 `agent_not_found` if it does not exist. */
export const findAgent = (state: SimulatorState, agentId: string): StoredAgent => {
  const agent = state.agents.find((candidate) => candidate.agentId === agentId);
  if (agent !== undefined) return agent;
  throw new ApiError(404, 'agent_not_found', `An agent with agent_id '${agentId}' was not found.`, 'agent_id');
};

/** Handles `GET /v1/convai/agents/{agent_id}`: returns the agent or a branch, in its current or an earlier version. */
export const getAgent = (
  state: SimulatorState,
  agentId: string,
  { version_id, branch_id }: { readonly version_id?: string | undefined; readonly branch_id?: string | undefined } = {},
): Answer => {
  const agent = findAgent(state, agentId);
  const { body } = version_id === undefined ? findBranch(agent, branch_id) : findVersion(agent, version_id);
  return jsonAnswer(200, body);
};

/**
 * Handles `PATCH /v1/convai/agents/{agent_id}`: merges the body into the branch (by default the main one), creates a
 * new version and returns the whole agent. A missing voice is accepted and recorded as an incident, since the real
 * API's response is unknown. Without `procedures`, it publishes the drafts of the key's owner.
 */
export const patchAgent = (
  state: SimulatorState,
  agentId: string,
  body: unknown,
  nowMs: number,
  branchId?: string,
): Answer => {
  const patch = patchOf(body);
  const before = findAgent(state, agentId);
  const branch = findBranch(before, branchId);
  requireRight(branch);
  const voiceId = voiceIdIn(patch);
  const isKnown = voiceId === defaultVoiceId || state.voices.some((voice) => voice.voiceId === voiceId);
  const isMissing = voiceId !== undefined && !isKnown;
  if (isMissing && state.settings.refusesMissingVoices)
    throw new ApiError(422, 'voice_not_found', `A voice with voice_id '${voiceId}' was not found.`, 'voice_id');
  const updated_at_unix_secs = Math.floor(nowMs / 1000);
  const { procedures, drafts, published, removed } = patchProcedures(branch, jsonObject.parse(body)['procedures']);
  const merged = mergeDeep(mergeDeep(branch.body, patch), { metadata: { updated_at_unix_secs } });
  if (procedures !== undefined) merged['procedures'] = procedures;
  const after = withNextVersion(branch, merged, descriptionOf(body), nowMs);
  const change = drafts === branch.drafts ? after : { ...after, drafts };
  state.agents[state.agents.indexOf(before)] = withBranch(before, branchId, change);
  if (published.length + removed.length > 0)
    state.procedureChanges.push({ agentId, branchId: branch.branchId, published, removed });
  if (isMissing) {
    const at = new Date(nowMs).toISOString();
    state.incidents.push({ kind: 'danglingVoice', cause: 'patched', agentId, voiceId, at });
  }
  return jsonAnswer(200, after.body);
};

/** The default of `conversation_config.tts.voice_id`, which every workspace may use. */
const defaultVoiceId = 'cjVigY5qzO86Huf0OWal';

const described = z.object({ version_description: z.string().nullish() });

const descriptionOf = (body: unknown): string => described.parse(body).version_description ?? '';
