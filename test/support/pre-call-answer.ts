import type { PreCallAnswer } from '../../lambdas/voices/pre-call/pre-call-answer';

/** What a completed pre-call of this conversation may have answered. */
export const preCallAnswerOf = (conversationId: string, voiceId = 'voice_1'): PreCallAnswer => ({
  status: 'success',
  conversation_id: conversationId,
  voice_id: voiceId,
  voice_name: 'Ivan_Clone',
  agent_updated: true,
  voice_reaches_caller: 'patched',
  recognised_by: 'agent',
  caller_info: {},
  processing_time_ms: 1,
  type: 'conversation_initiation_client_data',
  dynamic_variables: { precall_conversation_id: conversationId },
  conversation_config_override: { tts: { voice_id: voiceId }, agent: { first_message: 'Hi' } },
});
