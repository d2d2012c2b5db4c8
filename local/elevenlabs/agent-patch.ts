import * as z from 'zod';
import { type JsonObject, jsonObject } from './json';

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
 * The body of a PATCH: Body_Patches_an_Agent_settings, ConversationalConfigAPIModel-Input, TTSConversationalConfig-Input
 * and AgentConfigAPIModel-Input in ElevenLabs' OpenAPI document.
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
