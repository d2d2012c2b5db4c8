import * as z from 'zod';
import { dynamicVariables } from './conversations';
import { type JsonObject, jsonObject } from './json';

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

/** ConversationInitiationClientDataRequestInput of ElevenLabs' JavaScript SDK: what a conversation is started with. */
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

/** What a conversation is started with. */
export type InitiationData = z.infer<typeof initiationData>;

/** The answer of an initiation webhook: the same, with the type that every example of the docs has. */
export const initiationAnswer = initiationData.extend({ type: z.literal('conversation_initiation_client_data') });

/** What of it a conversation keeps. */
export const keptOf = (
  data: InitiationData | null | undefined,
): {
  readonly configOverride: JsonObject | null;
  readonly dynamicVariables: z.infer<typeof dynamicVariables>;
} => ({
  configOverride: jsonObject.nullable().parse(data?.conversation_config_override ?? null),
  dynamicVariables: data?.dynamic_variables ?? {},
});
