import { GetConversationResponseModel } from '@elevenlabs/elevenlabs-js/serialization/types/GetConversationResponseModel';
import { conversationDetails } from '../../lambdas/calls/conversation-details';
import { endedCall } from '../../lambdas/calls/ended-call';
import { transcriptText } from '../../lambdas/calls/transcript-text';
import { transcriptionData, transcriptionOf } from '../calls/payloads';

/** As the SDK reads ElevenLabs' answers itself. */
const parse = (data: unknown) =>
  GetConversationResponseModel.parse(data, {
    unrecognizedObjectKeys: 'passthrough',
    allowUnrecognizedEnumValues: true,
    allowUnrecognizedUnionMembers: true,
  });

const flags = { has_audio: true, has_user_audio: true, has_response_audio: false, has_auxiliary_audio: false };

/** The SDK reads null as absent. */
const withoutNulls = (json: object): unknown =>
  JSON.parse(JSON.stringify(json), (_key, value: unknown) => value ?? undefined);

const turnOfNulls = {
  role: 'agent',
  time_in_call_secs: 0,
  agent_metadata: null,
  message: null,
  multivoice_message: null,
  tool_calls: null,
  tool_results: null,
  feedback: null,
  llm_override: null,
  producing_llm: null,
  conversation_turn_metrics: null,
  rag_retrieval_info: null,
  llm_usage: null,
  interrupted: null,
  ignored_as_backchannel: null,
  platform_event: null,
  original_message: null,
  reasoning: null,
  source_medium: null,
  source_event_id: null,
  used_static_kb_document_ids: null,
  user_identifier: null,
  id: null,
  triggered_guardrails: null,
  file_input: null,
  file_inputs: null,
  contextual_update_info: null,
  reasoned: null,
} satisfies GetConversationResponseModel.Raw['transcript'][number];

const tool = { request_id: 'r', tool_name: 't', tool_has_been_called: true };

const metadataOfNulls = {
  start_time_unix_secs: 1_795_232_280,
  call_duration_secs: 0,
  accepted_time_unix_secs: null,
  queue_wait_secs: null,
  cost: null,
  deletion_settings: null,
  feedback: null,
  authorization_method: null,
  charging: null,
  batch_call: null,
  termination_reason: null,
  error: null,
  warnings: null,
  main_language: null,
  rag_usage: null,
  text_only: null,
  features_usage: null,
  eleven_assistant: null,
  initiator_id: null,
  conversation_initiation_source: null,
  conversation_initiation_source_version: null,
  timezone: null,
  async_metadata: null,
  whatsapp: null,
  sms: null,
  agent_created_from: null,
  agent_last_updated_from: null,
  voice_rewards: null,
  cost_fiat: null,
  phone_call: null,
} satisfies GetConversationResponseModel.Raw['metadata'];

const ofNulls = {
  agent_id: 'agent_1',
  conversation_id: 'conv_1',
  status: 'done',
  ...flags,
  agent_name: null,
  conversation_product: null,
  user_id: null,
  branch_id: null,
  version_id: null,
  visited_agents: null,
  environment: null,
  tag_ids: null,
  otlp_traces: null,
  analysis: null,
  conversation_initiation_client_data: null,
  metadata: metadataOfNulls,
  transcript: [turnOfNulls],
} satisfies GetConversationResponseModel.Raw;

/** What is required of the parents is there, and each of their nullable fields is null. */
const ofNullsWithin = {
  ...ofNulls,
  analysis: {
    call_successful: 'unknown',
    transcript_summary: '',
    evaluation_criteria_results: null,
    data_collection_results: null,
    evaluation_criteria_results_list: null,
    data_collection_results_list: null,
    call_success_score: null,
    call_summary_title: null,
    scoped: null,
  },
  conversation_initiation_client_data: {
    conversation_config_override: null,
    custom_llm_extra_body: null,
    user_id: null,
    source_info: null,
    branch_id: null,
    environment: null,
    starting_workflow_node_id: null,
    procedure_ids: null,
    dynamic_variables: null,
  },
  metadata: {
    ...metadataOfNulls,
    phone_call: {
      type: 'sip_trunking',
      direction: 'inbound',
      phone_number_id: 'phnum_1',
      agent_number: '+12025550143',
      external_number: '+31612345678',
      call_sid: 'SCL_1',
      call_result: null,
      call_id: null,
      sip_header_dynamic_variables: null,
    },
  },
  transcript: [
    {
      ...turnOfNulls,
      tool_calls: [{ ...tool, params_as_json: '{}', type: null, tool_details: null }],
      tool_results: [
        {
          ...tool,
          result_value: '',
          is_error: false,
          is_blocked: null,
          tool_latency_secs: null,
          error_type: null,
          raw_error_message: null,
          dynamic_variable_updates: null,
          type: null,
        },
      ],
    },
  ],
} satisfies GetConversationResponseModel.Raw;

describe('what we take for a transcription, beside the official SDK', () => {
  it('given the sample with the newer has_* fields, when parsed by the SDK, then it is valid and says the same', () => {
    const data = { ...transcriptionData(), ...flags };

    const theirs = parse(data);

    expect(theirs).toMatchObject({ ok: true });
    const record = conversationDetails(transcriptionOf(data));
    expect(record).toMatchObject({ has_audio: true, has_user_audio: true, has_response_audio: false });
    expect(theirs.ok && theirs.value).toMatchObject({
      conversationId: record.conversation_id,
      agentId: record.agent_id,
      status: record.status,
      hasAudio: record.has_audio,
      hasUserAudio: record.has_user_audio,
      hasResponseAudio: record.has_response_audio,
      metadata: {
        startTimeUnixSecs: record.start_time_unix_secs,
        callDurationSecs: record.call_duration_secs,
        cost: record.cost,
        terminationReason: record.termination_reason,
        mainLanguage: record.main_language,
        phoneCall: { type: record.phone_call?.type, direction: record.phone_call?.direction },
      },
      analysis: {
        callSuccessful: record.call_successful,
        transcriptSummary: record.transcript_summary,
        evaluationCriteriaResults: record.evaluation_criteria_results,
        dataCollectionResults: withoutNulls(record.data_collection_results),
      },
    });
  });

  it("given the sample as it is, when parsed by the SDK, then only has_* is missing, as in ElevenLabs' own example", () => {
    const theirs = parse(transcriptionData());

    expect(!theirs.ok && theirs.errors.map(({ message }) => message).sort()).toEqual(
      Object.keys(flags)
        .map((key) => `Missing required key "${key}"`)
        .sort(),
    );
    expect(conversationDetails(transcriptionOf(transcriptionData())).has_audio).toBeNull();
  });

  it.each([
    ['is null', ofNulls, 'ElevenLabs was told to leave it out.\n'],
    ['within its parents is null', ofNullsWithin, '\n        calls t\n        t: ok\n'],
  ])(
    'given a conversation of which all that may be null %s, when parsed by both, then it is valid',
    (_given, data, end) => {
      const event = transcriptionOf(data);

      expect(parse(data)).toMatchObject({ ok: true });
      expect(conversationDetails(event)).toMatchObject({ cost: null, dynamic_variables: {}, message_count: 0 });
      expect(endedCall(event)).toMatchObject({ precallConversationId: undefined, startedAtS: 1_795_232_280 });
      expect(transcriptText(event, conversationDetails(event)).endsWith(end)).toBe(true);
    },
  );

  it('given a conversation that the SDK refuses, when parsed, then it is not valid: the check can fail', () => {
    expect(parse({ ...ofNulls, metadata: null })).toMatchObject({ ok: false });
  });
});
