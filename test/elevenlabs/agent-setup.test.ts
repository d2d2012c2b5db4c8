// By the index: the SDK's modules import each other in circles, and this one can't come first.
import { GetAgentResponseModel } from '@elevenlabs/elevenlabs-js/serialization';
import { getAgentSetup } from '../../lambdas/elevenlabs/agent-setup';
import type { Connection } from '../../lambdas/elevenlabs/request';
import { deadlineAt } from '../../lambdas/platform/deadline';
import { type JsonObject, mergeDeep } from '../../local/elevenlabs/values';
import { startElevenLabs, type TestElevenLabs } from '../support/elevenlabs';
import { recordingLog } from '../support/recording-log';

const deadline = () => deadlineAt(Date.now() + 2000, Date.now);
let elevenLabs: TestElevenLabs;
let connection: Connection;

beforeEach(async () => {
  elevenLabs = await startElevenLabs({
    apiKey: 'sk',
    agents: [
      {
        agentId: 'agent_1',
        voiceId: 'own',
        firstMessage: 'Hi',
        platformSettings: { overrides: { conversation_config_override: { tts: { voice_id: true } } } },
      },
    ],
  });
  connection = {
    baseUrl: elevenLabs.url,
    apiKey: () => Promise.resolve('sk'),
    log: recordingLog(),
    pause: () => Promise.resolve(),
  };
});

afterEach(async () => {
  await elevenLabs.close();
});

const lax = { unrecognizedObjectKeys: 'passthrough', allowUnrecognizedEnumValues: true } as const;
/** The next answer for the agent. */
const answerWith = (body: unknown): void => elevenLabs.failNext('getAgent', { kind: 'answer', status: 200, body });
/** The same as it is by default but for this, after the SDK has read it. */
const agentWith = async (change: JsonObject): Promise<void> => {
  const response = await fetch(`${elevenLabs.url}/v1/convai/agents/agent_1`, { headers: { 'xi-api-key': 'sk' } });
  const body = mergeDeep((await response.json()) as JsonObject, change);
  expect(GetAgentResponseModel.parse(body, lax)).toMatchObject({ ok: true });
  answerWith(body);
};

const nothing = {
  overrides: { voice: false, first_message: false, max_duration: false },
  asksInitiation: false,
  initiationWebhook: undefined,
  postCall: undefined,
  languagePresets: [],
  workflowNodes: [],
  language: undefined,
  firstMessage: undefined,
  isTextOnly: false,
  isArchived: false,
  model: undefined,
  otherVoices: [],
  transfersWithoutVoice: [],
  keepsNothing: false,
  concurrencyLimit: undefined,
  blocksClonedVoices: false,
  maxDurationS: undefined,
  numbers: [],
  variables: [],
};

describe('getAgentSetup', () => {
  it('given an agent as it comes, then its one override is seen', async () => {
    expect(await getAgentSetup(connection, 'agent_1', deadline())).toEqual({
      ...nothing,
      role: 'admin',
      language: 'en',
      firstMessage: 'Hi',
      model: 'eleven_flash_v2_5',
      concurrencyLimit: -1,
      overrides: { ...nothing.overrides, voice: true },
      maxDurationS: 600,
      numbers: [],
    });
  });

  it('given everything that matters, in the shape that the SDK reads, then all of it is seen', async () => {
    const position = { x: 0, y: 0 };
    const override = {
      position,
      edge_order: [],
      additional_prompt: '',
      additional_knowledge_base: [],
      additional_tool_ids: [],
      entry_behavior: 'auto',
    };
    await agentWith({
      conversation_config: {
        conversation: { max_duration_seconds: 1800 },
        language_presets: {
          de: { overrides: { tts: { voice_id: 'german' }, agent: { first_message: null } } },
          fr: { overrides: { tts: null, agent: { first_message: '' } }, first_message_translation: null },
          es: { overrides: { tts: { voice_id: null }, agent: null } },
        },
        agent: { dynamic_variables: { dynamic_variable_placeholders: { company: 'Acme', count: null } } },
      },
      platform_settings: {
        overrides: {
          conversation_config_override: {
            agent: { first_message: true },
            conversation: { max_duration_seconds: true },
          },
          enable_conversation_initiation_client_data_from_webhook: true,
        },
        workspace_overrides: {
          conversation_initiation_client_data_webhook: {
            url: 'https://example.com/v1/webhook/initiation',
            request_headers: { 'X-Precall-Secret': { secret_id: 'secret_1' }, 'X-Empty': '' },
          },
          webhooks: {
            post_call_webhook_id: 'webhook_1',
            events: ['transcript', 'audio'],
            transcript_format: 'opentelemetry',
            exclude_transcript: true,
            send_audio: null,
          },
        },
        safety: { is_blocked_ivc: true, is_blocked_non_ivc: null },
      },
      workflow: {
        nodes: {
          node_1: {
            type: 'override_agent',
            ...override,
            label: 'Sales',
            conversation_config: { tts: { voice_id: 'sales' }, agent: null },
          },
          node_2: { type: 'override_agent', ...override, label: 'Help', conversation_config: {} },
        },
        edges: {},
        prevent_subagent_loops: false,
      },
    });

    expect(await getAgentSetup(connection, 'agent_1', deadline())).toEqual({
      ...nothing,
      role: 'admin',
      language: 'en',
      firstMessage: 'Hi',
      model: 'eleven_flash_v2_5',
      concurrencyLimit: -1,
      overrides: { voice: true, first_message: true, max_duration: true },
      asksInitiation: true,
      initiationWebhook: { url: 'https://example.com/v1/webhook/initiation', headerNames: ['X-Precall-Secret'] },
      postCall: {
        webhookId: 'webhook_1',
        events: ['transcript', 'audio'],
        transcriptFormat: 'opentelemetry',
        excludesTranscript: true,
        sendsAudio: false,
      },
      languagePresets: [
        { name: 'de', hasVoice: true, hasFirstMessage: false },
        { name: 'fr', hasVoice: false, hasFirstMessage: true },
        { name: 'es', hasVoice: false, hasFirstMessage: false },
      ],
      workflowNodes: [
        { name: 'Sales', hasVoice: true, hasFirstMessage: false },
        { name: 'Help', hasVoice: false, hasFirstMessage: false },
      ],
      blocksClonedVoices: true,
      maxDurationS: 1800,
      numbers: [],
      variables: ['company', 'count'],
    });
  });

  it.each<[string, JsonObject]>([
    ['nulls wherever they may be', { conversation_config: null, platform_settings: null, workflow: null }],
    [
      'nulls one level down',
      {
        conversation_config: { conversation: null, language_presets: null, agent: null },
        platform_settings: { overrides: null, workspace_overrides: null, safety: null },
        workflow: { nodes: null },
      },
    ],
    [
      'nulls further down',
      {
        conversation_config: {
          conversation: { max_duration_seconds: null },
          agent: { dynamic_variables: { dynamic_variable_placeholders: null } },
        },
        platform_settings: {
          overrides: {
            conversation_config_override: { tts: null, agent: { first_message: null }, conversation: null },
          },
          workspace_overrides: {
            conversation_initiation_client_data_webhook: null,
            webhooks: { post_call_webhook_id: null, events: null },
          },
          safety: { is_blocked_ivc: null },
        },
      },
    ],
    ['nothing but its id', {}],
    [
      'shapes that nobody documented',
      {
        conversation_config: { conversation: 7, language_presets: [1], agent: 'x' },
        platform_settings: {
          overrides: { conversation_config_override: { tts: { voice_id: 'true' }, agent: [] } },
          safety: true,
        },
        workflow: 'none',
      },
    ],
  ])('given an agent with %s, then nothing is enabled, and nothing fails', async (_given, body) => {
    answerWith({ agent_id: 'agent_1', ...body });

    expect(await getAgentSetup(connection, 'agent_1', deadline())).toEqual(nothing);
  });

  it('given what decides whether a caller hears the voice, then it is seen', async () => {
    const transfers = [
      { agent_id: 'agent_2', preserve_client_tts_overrides: false },
      { agent_id: 'agent_3', preserve_client_tts_overrides: true },
      { agent_id: 'agent_4' },
    ];
    answerWith({
      agent_id: 'agent_1',
      conversation_config: {
        conversation: { text_only: true },
        tts: { model_id: 'eleven_flash_v2', supported_voices: [{ label: 'Anna', voice_id: 'anna' }] },
        language_presets: { de: { overrides: {}, first_message_translation: { source_hash: 'x', text: 'Hallo' } } },
        agent: { language: 'nl', prompt: { built_in_tools: { transfer_to_agent: { params: { transfers } } } } },
      },
      platform_settings: {
        archived: true,
        privacy: { zero_retention_mode: true },
        call_limits: { agent_concurrency_limit: 1 },
      },
    });

    expect(await getAgentSetup(connection, 'agent_1', deadline())).toEqual({
      ...nothing,
      language: 'nl',
      languagePresets: [{ name: 'de', hasVoice: false, hasFirstMessage: true }],
      isTextOnly: true,
      isArchived: true,
      model: 'eleven_flash_v2',
      otherVoices: ['Anna'],
      transfersWithoutVoice: ['agent_2', 'agent_4'],
      keepsNothing: true,
      concurrencyLimit: 1,
    });
  });

  it('given presets and nodes that are null, then they shadow nothing', async () => {
    answerWith({
      agent_id: 'agent_1',
      conversation_config: { language_presets: { de: null } },
      workflow: { nodes: { n1: null } },
    });

    expect(await getAgentSetup(connection, 'agent_1', deadline())).toMatchObject({
      languagePresets: [{ name: 'de', hasVoice: false }],
      workflowNodes: [{ name: 'n1', hasVoice: false }],
    });
  });

  it('given an answer that is no agent, then it does not pass for one that forbids everything', async () => {
    for (let attempt = 0; attempt < 4; attempt += 1) answerWith({ status: 'ok' });

    await expect(getAgentSetup(connection, 'agent_1', deadline())).rejects.toMatchObject({ code: 'unexpected_answer' });
  });
});
