import type { StoredConversation, StoredTurn } from './state';

/** Creates the API's conversation object, with nulls where the API has them and a field that clients do not know. */
export const conversationBody = (conversation: StoredConversation, agentName: string | null): unknown => {
  const { hasAudio } = conversation;
  return {
    agent_id: conversation.agentId,
    agent_name: agentName,
    conversation_id: conversation.conversationId,
    status: conversation.status,
    user_id: conversation.userId,
    branch_id: null,
    version_id: null,
    environment: 'production',
    conversation_product: 'agents',
    visited_agents: [{ agent_id: conversation.agentId, branch_id: null }],
    transcript: conversation.transcript.map(turnBody),
    metadata: metadataOf(conversation),
    analysis: conversation.status === 'done' ? analysisOf(conversation) : null,
    conversation_initiation_client_data: {
      conversation_config_override: conversation.configOverride,
      custom_llm_extra_body: {},
      dynamic_variables: conversation.dynamicVariables,
      user_id: conversation.userId,
      source_info: null,
    },
    tag_ids: [],
    otlp_traces: null,
    has_audio: hasAudio,
    has_user_audio: hasAudio,
    has_response_audio: hasAudio,
    has_auxiliary_audio: false,
    field_of_a_later_release: { is_known: false },
  };
};

/** Creates the conversation's entry in a list. */
export const conversationSummary = (
  conversation: StoredConversation,
  agentName: string | null,
  hasTranscriptSummary: boolean,
): unknown => ({
  agent_id: conversation.agentId,
  agent_name: agentName,
  branch_id: null,
  version_id: null,
  conversation_id: conversation.conversationId,
  start_time_unix_secs: conversation.startTimeUnixS,
  call_duration_secs: conversation.durationS,
  message_count: conversation.transcript.length,
  status: conversation.status,
  termination_reason: conversation.terminationReason,
  call_successful: successOf(conversation),
  transcript_summary: hasTranscriptSummary && conversation.status === 'done' ? summary : null,
  call_summary_title: null,
  main_language: null,
  conversation_initiation_source: sourceOf(conversation),
  tool_names: [],
  direction: directionOf(conversation),
  rating: null,
  field_of_a_later_release: null,
});

const summary = 'They spoke with each other.';

const successOf = ({ status }: StoredConversation): string => {
  if (status === 'done') return 'success';
  return status === 'failed' ? 'failure' : 'unknown';
};

const sourceOf = ({ externalNumber, provider }: StoredConversation): string =>
  externalNumber === null ? 'unknown' : provider;

const directionOf = ({ externalNumber, direction }: StoredConversation): string | null =>
  externalNumber === null ? null : direction;

const analysisOf = (conversation: StoredConversation): unknown => ({
  call_successful: successOf(conversation),
  transcript_summary: summary,
  call_summary_title: null,
  evaluation_criteria_results: {},
  data_collection_results: {},
});

const turnBody = ({ role, message, timeInCallS }: StoredTurn): unknown => ({
  role,
  agent_metadata: null,
  message,
  multivoice_message: null,
  tool_calls: [],
  tool_results: [],
  feedback: null,
  llm_override: null,
  time_in_call_secs: timeInCallS,
  conversation_turn_metrics: null,
  rag_retrieval_info: null,
  llm_usage: null,
  interrupted: false,
  original_message: null,
  source_medium: role === 'user' ? 'audio' : null,
});

const metadataOf = (conversation: StoredConversation): unknown => ({
  start_time_unix_secs: conversation.startTimeUnixS,
  accepted_time_unix_secs: conversation.startTimeUnixS,
  call_duration_secs: conversation.durationS,
  cost: null,
  deletion_settings: null,
  feedback: { overall_score: null, likes: 0, dislikes: 0 },
  authorization_method: 'public',
  charging: null,
  phone_call: phoneCallOf(conversation),
  batch_call: null,
  termination_reason: conversation.terminationReason ?? '',
  error: errorOf(conversation),
  warnings: [],
  main_language: null,
  text_only: false,
  conversation_initiation_source: sourceOf(conversation),
  timezone: null,
});

/**
 * Returns the error of a failed conversation. 1008 is the WebSocket close code for a policy violation, as documented
 * for a rejected override.
 */
const errorOf = ({ status, terminationReason }: StoredConversation): unknown =>
  status === 'failed' && terminationReason !== null ? { code: 1008, reason: terminationReason } : null;

const phoneCallOf = ({ externalNumber, agentNumber, direction, provider, callSid }: StoredConversation): unknown => {
  if (externalNumber === null) return null;
  const call = {
    direction,
    phone_number_id: 'phnum_example',
    agent_number: agentNumber,
    external_number: externalNumber,
    call_sid: callSid,
  };
  return provider === 'twilio'
    ? { type: 'twilio', ...call, stream_sid: `MZ${callSid.slice(2)}` }
    : { type: 'sip_trunking', ...call };
};
