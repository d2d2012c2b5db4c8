import * as z from 'zod';
import type { Deadline } from '../platform/deadline';
import { elevenLabsId } from '../platform/ids';
import type { AgentDetails, Shadow } from '../setup/details';
import { agentAnswer, agentPath, asUnknownAgent, type ReadAgent } from './agents';
import { ElevenLabsError } from './errors';
import { lenient } from './lenient';
import { type Connection, request } from './request';
import { initiationWebhook, postCallSettings } from './webhook-settings';

const flag = lenient(z.boolean());
const text = lenient(z.string());

/** The part of an agent's configuration for one language or one workflow node. */
const ownConfiguration = lenient(
  z.object({
    tts: lenient(z.object({ voice_id: text })),
    agent: lenient(z.object({ first_message: text })),
  }),
);

const transferTool = lenient(
  z.object({
    params: lenient(
      z.object({
        transfers: lenient(z.array(lenient(z.object({ agent_id: text, preserve_client_tts_overrides: flag })))),
      }),
    ),
  }),
);

const conversationConfig = z.object({
  tts: lenient(z.object({ model_id: text, supported_voices: lenient(z.array(lenient(z.object({ label: text })))) })),
  conversation: lenient(z.object({ text_only: flag, max_duration_seconds: lenient(z.number()) })),
  language_presets: lenient(
    z.record(
      z.string(),
      lenient(
        z.object({
          overrides: ownConfiguration,
          first_message_translation: lenient(z.object({ text })),
        }),
      ),
    ),
  ),
  agent: lenient(
    z.object({
      language: text,
      first_message: text,
      prompt: lenient(
        z.object({
          built_in_tools: lenient(z.object({ transfer_to_agent: transferTool })),
          tools: lenient(z.array(transferTool)),
        }),
      ),
      dynamic_variables: lenient(
        z.object({ dynamic_variable_placeholders: lenient(z.record(z.string(), z.unknown())) }),
      ),
    }),
  ),
});

const platformSettings = z.object({
  overrides: lenient(
    z.object({
      conversation_config_override: lenient(
        z.object({
          tts: lenient(z.object({ voice_id: flag })),
          agent: lenient(z.object({ first_message: flag })),
          conversation: lenient(z.object({ max_duration_seconds: flag })),
        }),
      ),
      enable_conversation_initiation_client_data_from_webhook: flag,
    }),
  ),
  workspace_overrides: lenient(
    z.object({ conversation_initiation_client_data_webhook: initiationWebhook, webhooks: postCallSettings }),
  ),
  safety: lenient(z.object({ is_blocked_ivc: flag })),
  archived: flag,
  privacy: lenient(z.object({ zero_retention_mode: flag, record_voice: flag })),
  call_limits: lenient(z.object({ agent_concurrency_limit: lenient(z.number()) })),
});

/** A workflow node. A node that transfers the call names its agent. */
const node = lenient(
  z.object({
    label: text,
    conversation_config: ownConfiguration,
    agent_id: text,
    preserve_client_tts_overrides: flag,
  }),
);

/**
 * An agent. Every setting may be missing. A response that is not an agent must not look like an agent that forbids
 * every override.
 */
const agent = z.object({
  agent_id: z.string(),
  conversation_config: lenient(conversationConfig),
  platform_settings: lenient(platformSettings),
  workflow: lenient(z.object({ nodes: lenient(z.record(z.string(), node)) })),
  phone_numbers: lenient(z.array(lenient(z.object({ phone_number: text })))),
  main_branch_id: lenient(elevenLabsId),
  access_info: lenient(z.object({ role: text })),
});

/** Reads the relevant settings of a branch, by its key. Throws ElevenLabsError on failure. */
export const getAgentSetup = async (connection: Connection, key: string, deadline: Deadline): Promise<AgentDetails> => {
  const reading = request(
    connection,
    {
      operation: 'get_agent',
      method: 'GET',
      path: agentPath(key),
      timeoutMs: 5_000,
      answer: agent,
      isRepeatable: true,
    },
    deadline,
  );
  return detailsOf(await reading.catch(asUnknownAgent));
};

/** A branch as one request showed it. A part is undefined if the response does not have it. */
export interface AgentWithSetup {
  readonly agent: ReadAgent | undefined;
  readonly details: AgentDetails | undefined;
}

const agentWithSetup = z.unknown().transform((body): AgentWithSetup => {
  const found = agent.safeParse(body).data;
  return { agent: agentAnswer.safeParse(body).data, details: found === undefined ? undefined : detailsOf(found) };
});

/** Reads a branch by its key: what a PATCH needs, and its settings. Throws ElevenLabsError on failure. */
export const getAgentWithSetup = (connection: Connection, key: string, deadline: Deadline): Promise<AgentWithSetup> => {
  return request(
    connection,
    {
      operation: 'get_agent',
      method: 'GET',
      path: agentPath(key),
      timeoutMs: 5_000,
      answer: agentWithSetup,
      isRepeatable: true,
    },
    deadline,
  ).catch(asUnknownAgent);
};

/** Returns a part of a response. Throws ElevenLabsError if the response does not have it. */
export const partOf = <T>(part: T | undefined): T => {
  if (part === undefined) throw new ElevenLabsError('unavailable', 'unexpected_answer', { outcomeUnknown: true });
  return part;
};

const detailsOf = ({
  conversation_config: config,
  platform_settings: platform,
  workflow,
  phone_numbers,
  main_branch_id,
  access_info,
}: z.infer<typeof agent>): AgentDetails => {
  const enabled = platform?.overrides?.conversation_config_override;
  const presets = Object.entries(config?.language_presets ?? {});
  const nodes = Object.entries(workflow?.nodes ?? {});
  return {
    mainBranchId: main_branch_id,
    role: access_info?.role,
    overrides: {
      voice: enabled?.tts?.voice_id === true,
      first_message: enabled?.agent?.first_message === true,
      max_duration: enabled?.conversation?.max_duration_seconds === true,
    },
    asksInitiation: platform?.overrides?.enable_conversation_initiation_client_data_from_webhook === true,
    initiationWebhook: platform?.workspace_overrides?.conversation_initiation_client_data_webhook,
    postCall: platform?.workspace_overrides?.webhooks,
    language: config?.agent?.language,
    firstMessage: config?.agent?.first_message,
    languagePresets: presets.map(([name, preset]) => {
      const own = shadow(name, preset?.overrides);
      return { ...own, hasFirstMessage: own.hasFirstMessage || preset?.first_message_translation !== undefined };
    }),
    workflowNodes: nodes.map(([id, each]) => shadow(each?.label ?? id, each?.conversation_config)),
    ...hearingOf(config, platform, nodes),
    blocksClonedVoices: platform?.safety?.is_blocked_ivc === true,
    maxDurationS: config?.conversation?.max_duration_seconds,
    numbers: (phone_numbers ?? []).map((each) => each?.phone_number).filter((number) => number !== undefined),
    variables: Object.keys(config?.agent?.dynamic_variables?.dynamic_variable_placeholders ?? {}),
  };
};

/** Returns the settings that decide whether a caller hears a voice at all. */
const hearingOf = (
  config: z.infer<typeof conversationConfig> | undefined,
  platform: z.infer<typeof platformSettings> | undefined,
  nodes: readonly (readonly [string, z.infer<typeof node>])[],
): Pick<
  AgentDetails,
  | 'isTextOnly'
  | 'isArchived'
  | 'model'
  | 'otherVoices'
  | 'transfersWithoutVoice'
  | 'keepsNothing'
  | 'recordsNoAudio'
  | 'concurrencyLimit'
> => {
  const { built_in_tools, tools = [] } = config?.agent?.prompt ?? {};
  const transfers = [built_in_tools?.transfer_to_agent, ...tools].flatMap((tool) => tool?.params?.transfers ?? []);
  const handingOver = nodes.map(([, each]) => each).filter((each) => each?.agent_id !== undefined);
  const lost = [...transfers, ...handingOver].filter((each) => each?.preserve_client_tts_overrides !== true);
  return {
    isTextOnly: config?.conversation?.text_only === true,
    isArchived: platform?.archived === true,
    model: config?.tts?.model_id,
    otherVoices: (config?.tts?.supported_voices ?? []).map((each) => each?.label ?? 'unnamed'),
    transfersWithoutVoice: [...new Set(lost.map((each) => each?.agent_id).filter((id) => id !== undefined))],
    keepsNothing: platform?.privacy?.zero_retention_mode === true,
    recordsNoAudio: platform?.privacy?.record_voice === false,
    concurrencyLimit: platform?.call_limits?.agent_concurrency_limit,
  };
};

const shadow = (name: string, own: z.infer<typeof ownConfiguration>): Shadow => ({
  name,
  hasVoice: (own?.tts?.voice_id ?? '') !== '',
  // An empty first message waits for the caller, but is a first message, too.
  hasFirstMessage: own?.agent?.first_message !== undefined,
});
