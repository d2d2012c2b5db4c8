import * as z from 'zod';
import { type JsonObject, mergeDeep, jsonObject } from './values';
import type { InitiationWebhook } from './workspace';

const heldFields = z.object({
  name: z.string().nullable(),
  version_id: z.string().nullable(),
  conversation_config: z.object({
    tts: z.object({ voice_id: z.string() }),
    agent: z.object({ first_message: z.string() }),
  }),
});

/** Returns the fields of an agent's body that tests and people read most. */
export const describeAgentBody = (body: JsonObject) => {
  const { name, version_id, conversation_config: config } = heldFields.parse(body);
  return {
    name,
    voiceId: config.tts.voice_id,
    firstMessage: config.agent.first_message,
    versionId: version_id,
  };
};

/** Returns the voice in an agent's `conversation_config.tts.voice_id`. */
export const heldVoiceId = (body: JsonObject): string => describeAgentBody(body).voiceId;

const conversationConfig: JsonObject = {
  asr: { quality: 'high', provider: 'elevenlabs', user_input_audio_format: 'ulaw_8000', keywords: [] },
  turn: {
    turn_timeout: 7,
    initial_wait_time: null,
    silence_end_call_timeout: -1,
    soft_timeout_config: { timeout_seconds: -1, message: 'Hmm...', use_llm_generated_message: false },
    turn_eagerness: 'normal',
  },
  tts: {
    model_id: 'eleven_flash_v2_5',
    supported_voices: [],
    expressive_mode: false,
    suggested_audio_tags: [],
    agent_output_audio_format: 'ulaw_8000',
    optimize_streaming_latency: 3,
    stability: 0.5,
    speed: 1,
    similarity_boost: 0.8,
    text_normalisation_type: 'system_prompt',
    pronunciation_dictionary_locators: [],
  },
  conversation: {
    text_only: false,
    max_duration_seconds: 600,
    client_events: ['audio', 'interruption', 'user_transcript', 'agent_response'],
    monitoring_enabled: false,
  },
  language_presets: {},
  vad: { background_voice_detection: false },
  agent: {
    language: 'en',
    hinglish_mode: false,
    dynamic_variables: { dynamic_variable_placeholders: {} },
    disable_first_message_interruptions: false,
    max_conversation_duration_message: null,
    prompt: {
      prompt: 'You answer the telephone of a fictional company. Be brief and friendly.',
      llm: 'gemini-2.5-flash',
      temperature: 0,
      max_tokens: -1,
      tool_ids: [],
      knowledge_base: [],
      custom_llm: null,
      rag: { enabled: false, embedding_model: 'e5_mistral_7b_instruct' },
    },
  },
};

const platformSettings: JsonObject = {
  auth: { enable_auth: false, allowlist: [], shareable_token: null },
  evaluation: { criteria: [] },
  data_collection: {},
  overrides: {
    conversation_config_override: {
      tts: { voice_id: false, stability: false, speed: false, similarity_boost: false },
      conversation: { text_only: false, max_duration_seconds: false },
      agent: { first_message: false, language: false, prompt: { prompt: false, llm: false } },
    },
    custom_llm_extra_body: false,
    enable_conversation_initiation_client_data_from_webhook: false,
  },
  workspace_overrides: { conversation_initiation_client_data_webhook: null, webhooks: null },
  call_limits: { agent_concurrency_limit: -1, daily_limit: 100_000, bursting_enabled: true },
  privacy: { record_voice: true, retention_days: -1, delete_audio: false, zero_retention_mode: false },
  safety: { is_blocked_ivc: false, is_blocked_non_ivc: false, ignore_safety_evaluation: false },
};

/** The settings that differ between agents. */
export interface AgentTraits {
  readonly agentId: string;
  readonly name: string;
  readonly voiceId: string;
  readonly firstMessage: string;
  /** Merged into the default `conversation_config`. */
  readonly conversationConfig: JsonObject;
  /** Merged into the default `platform_settings`, where all overrides are off. */
  readonly platformSettings: JsonObject;
}

/** Creates the body of a new agent, in its first version. */
export const newAgentBody = (traits: AgentTraits, nowMs: number): JsonObject => ({
  agent_id: traits.agentId,
  name: traits.name,
  conversation_config: mergeDeep(mergeDeep(conversationConfig, traits.conversationConfig), {
    tts: { voice_id: traits.voiceId },
    agent: { first_message: traits.firstMessage },
  }),
  metadata: { created_at_unix_secs: Math.floor(nowMs / 1000), updated_at_unix_secs: Math.floor(nowMs / 1000) },
  platform_settings: mergeDeep(platformSettings, traits.platformSettings),
  phone_numbers: [],
  whatsapp_accounts: [],
  workflow: { nodes: {}, edges: {}, prevent_subagent_loops: false },
  access_info: { is_creator: true, creator_name: 'Example', creator_email: 'owner@example.com', role: 'admin' },
  tags: [],
  version_id: null,
  branch_id: null,
  main_branch_id: null,
  procedures: null,
  field_of_a_later_release: [],
});

const flag = z.boolean().nullish();

const ruledFields = z.object({
  conversation_config: z.object({
    agent: z.object({
      dynamic_variables: z.object({ dynamic_variable_placeholders: jsonObject.nullish() }).nullish(),
    }),
  }),
  platform_settings: z
    .object({
      archived: flag,
      overrides: z
        .object({
          conversation_config_override: jsonObject.nullish(),
          enable_conversation_initiation_client_data_from_webhook: flag,
          enable_starting_workflow_node_id_from_client: flag,
          enable_procedure_ids_from_client: flag,
        })
        .nullish(),
      workspace_overrides: z
        .object({
          conversation_initiation_client_data_webhook: z
            .object({
              url: z.string(),
              request_headers: z.record(z.string(), z.union([z.string(), z.object({ secret_id: z.string() })])),
            })
            .nullish(),
          webhooks: z.object({ post_call_webhook_id: z.string().nullish() }).nullish(),
        })
        .nullish(),
    })
    .nullish(),
});

/** How a conversation of an agent may be started. */
export interface AgentRules {
  /** Contains `true` at the path of every field of `conversation_config` that may be overridden. */
  readonly overridable: JsonObject;
  /** The custom dynamic variables that every conversation requires. */
  readonly neededVariables: readonly string[];
  /** Whether the agent is archived and accepts no calls. */
  readonly isArchived: boolean;
  readonly asksWebhook: boolean;
  readonly takesStartingNode: boolean;
  readonly takesProcedures: boolean;
  /** Its own initiation webhook, which replaces the workspace's. */
  readonly initiationWebhook: InitiationWebhook | null;
}

type WireWebhook = { url: string; request_headers: Record<string, string | { secret_id: string }> };

const webhookOf = ({ url, request_headers }: WireWebhook): InitiationWebhook => ({
  url,
  requestHeaders: Object.fromEntries(
    Object.entries(request_headers).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : { secretId: value.secret_id },
    ]),
  ),
});

/** Parses the rules in an agent's body. Throws ZodError if its settings are malformed. */
export const agentRules = (body: JsonObject): AgentRules => {
  const { conversation_config: config, platform_settings: platform } = ruledFields.parse(body);
  const placeholders = config.agent.dynamic_variables?.dynamic_variable_placeholders ?? {};
  const webhook = platform?.workspace_overrides?.conversation_initiation_client_data_webhook;
  const overrides = platform?.overrides;
  return {
    overridable: overrides?.conversation_config_override ?? {},
    neededVariables: Object.keys(placeholders).filter((name) => !name.startsWith('system__')),
    isArchived: platform?.archived === true,
    asksWebhook: overrides?.enable_conversation_initiation_client_data_from_webhook === true,
    takesStartingNode: overrides?.enable_starting_workflow_node_id_from_client === true,
    takesProcedures: overrides?.enable_procedure_ids_from_client === true,
    initiationWebhook: webhook == null ? null : webhookOf(webhook),
  };
};

/** Returns the agent's own post-call webhook, if any. */
export const agentWebhookId = (body: JsonObject): string | undefined =>
  ruledFields.parse(body).platform_settings?.workspace_overrides?.webhooks?.post_call_webhook_id ?? undefined;
