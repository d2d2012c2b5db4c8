import type { StoredConversation } from './state';

/** The conversation object of the API, with nulls where it has them and with a field that no client knows yet. */
export const conversationBody = (conversation: StoredConversation): unknown => ({
  agent_id: conversation.agentId,
  agent_name: null,
  conversation_id: conversation.conversationId,
  status: conversation.status,
  user_id: null,
  branch_id: null,
  version_id: null,
  transcript: [],
  metadata: {
    start_time_unix_secs: conversation.startedAtS,
    accepted_time_unix_secs: conversation.startedAtS,
    call_duration_secs: conversation.durationS,
    cost: null,
    termination_reason: '',
    error: null,
    main_language: null,
    phone_call: phoneCallOf(conversation),
  },
  analysis: null,
  conversation_initiation_client_data: {
    conversation_config_override: null,
    custom_llm_extra_body: {},
    dynamic_variables: conversation.dynamicVariables,
  },
  has_audio: false,
  has_user_audio: false,
  has_response_audio: false,
  has_auxiliary_audio: false,
  field_of_a_later_release: { is_known: false },
});

const phoneCallOf = ({ externalNumber }: StoredConversation): unknown =>
  externalNumber === null
    ? null
    : {
        type: 'sip_trunking',
        direction: 'inbound',
        phone_number_id: 'phnum_example',
        agent_number: '+31201234567',
        external_number: externalNumber,
        call_sid: 'call_example',
      };
