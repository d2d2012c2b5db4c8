import * as z from 'zod';
import { InvalidRequest } from './errors';
import { isJsonObject, type Json, type JsonObject, jsonObject } from './json';

/** The known keys of an object; `null` where anything may be inside. */
interface KnownKeys {
  readonly [key: string]: KnownKeys | null;
}

const keys = (...names: readonly string[]): Record<string, null> =>
  Object.fromEntries(names.map((name) => [name, null]));

/** Keys of UpdateAgentRequest, TtsConversationalConfig and AgentConfig in ElevenLabs' JavaScript SDK. */
const keptKeys: KnownKeys = {
  ...keys('name', 'tags', 'procedures', 'platform_settings', 'workflow'),
  conversation_config: {
    ...keys('asr', 'turn', 'conversation', 'language_presets', 'vad'),
    tts: {
      ...keys('model_id', 'voice_id', 'supported_voices', 'expressive_mode', 'suggested_audio_tags'),
      ...keys('agent_output_audio_format', 'optimize_streaming_latency', 'stability', 'speed', 'similarity_boost'),
      ...keys('text_normalisation_type', 'pronunciation_dictionary_locators', 'enable_phoneme_tags'),
    },
    agent: {
      ...keys('first_message', 'language', 'hinglish_mode', 'dynamic_variables', 'prompt'),
      ...keys('disable_first_message_interruptions', 'max_conversation_duration_message', 'text_behavior_overrides'),
    },
  },
};

const knownKeys: KnownKeys = { ...keptKeys, version_description: null };

const typedFields = z.object({
  conversation_config: z
    .object({
      tts: z.object({ voice_id: z.string().optional() }).optional(),
      agent: z.object({ first_message: z.string().optional() }).optional(),
    })
    .optional(),
  platform_settings: jsonObject.optional(),
  workflow: jsonObject.optional(),
  name: z.string().nullish(),
  tags: z.array(z.string()).nullish(),
});

const unknownPaths = (value: JsonObject, known: KnownKeys, path: readonly string[]): string[][] =>
  Object.entries(value).flatMap(([key, inner]) => {
    const keyPath = [...path, key];
    const within = Object.hasOwn(known, key) ? known[key] : undefined;
    if (within === undefined) return [keyPath];
    return within !== null && isJsonObject(inner) ? unknownPaths(inner, within, keyPath) : [];
  });

const withoutUnknown = (value: JsonObject, known: KnownKeys): JsonObject =>
  Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]): [string, Json][] => {
      const within = Object.hasOwn(known, key) ? known[key] : undefined;
      if (within === undefined) return [];
      return [[key, within !== null && isJsonObject(inner) ? withoutUnknown(inner, within) : inner]];
    }),
  );

const refuseWrongTypes = (body: Json): void => {
  const issues = typedFields.safeParse(body).error?.issues ?? [];
  if (issues.length === 0) return;
  const asLoc = (path: readonly PropertyKey[]): string[] => ['body', ...path.map(String)];
  throw new InvalidRequest(
    issues.map(({ path, message }) => ({ loc: asLoc(path), msg: message, type: 'value_error' })),
  );
};

/** The voice that a PATCH sets, if it does. */
export const voiceIdIn = (patch: JsonObject): string | undefined =>
  typedFields.parse(patch).conversation_config?.tts?.voice_id;

/**
 * Reads the body of a PATCH, less `version_description`, which is the version's and not the agent's. Unknown keys at the top, in `conversation_config`, its `tts` and its `agent` are refused
 * with InvalidRequest, so that a wrong client cannot look right, or dropped, as the real API seems to do.
 */
export const parseAgentPatch = (body: Json, dropUnknown: boolean): JsonObject => {
  refuseWrongTypes(body);
  const patch = jsonObject.parse(body);
  const unknown = dropUnknown ? [] : unknownPaths(patch, knownKeys, []);
  if (unknown.length === 0) return withoutUnknown(patch, keptKeys);
  throw new InvalidRequest(
    unknown.map((path) => ({ loc: ['body', ...path], msg: 'Not a field of an agent', type: 'extra_forbidden' })),
  );
};
