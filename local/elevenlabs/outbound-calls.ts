import * as z from 'zod';
import { branchOfCall } from './agent-branches';
import { findAgent } from './agents';
import { type Answer, jsonAnswer } from './answers';
import { initiationData, keptOf } from './conversation-start';
import { startRefusal } from './conversation-start';
import { addConversation } from './conversations';
import { endConversationAfter } from './conversations';
import type { OutboundCall, SimulatorState, StoredConversation } from './state';
import { type JsonObject, jsonObject } from './values';

/** The carrier that connects a call to the telephone network. */
export type Provider = OutboundCall['provider'];

const sipTrunkCall = z.strictObject({
  agent_id: z.string().min(1),
  agent_phone_number_id: z.string().min(1),
  to_number: z.string().min(1),
  conversation_initiation_client_data: initiationData.nullish(),
  telephony_call_config: z
    .strictObject({
      ringing_timeout_secs: z.int().min(1).max(999).optional(),
      twilio_call_recording_enabled: z.boolean().optional(),
      twilio_machine_detection: z.strictObject({ mode: z.enum(['enable', 'detect_message_end']) }).optional(),
    })
    .nullish(),
});

/** The bodies of both operations, from ElevenLabs' OpenAPI document. */
export const outboundBodies = {
  twilio: sipTrunkCall.extend({ call_recording_enabled: z.boolean().nullish() }),
  sip_trunk: sipTrunkCall,
};

/** The request of an outbound call. */
export type OutboundRequest = z.infer<typeof sipTrunkCall>;

const answerOf = (provider: Provider, { conversationId, callSid }: OutboundCall): JsonObject => ({
  success: conversationId !== null,
  message: conversationId === null ? 'The call could not be initiated' : 'Success',
  conversation_id: conversationId,
  [provider === 'twilio' ? 'callSid' : 'sip_call_id']: callSid,
  field_of_a_later_release: null,
});

/** Creates the conversation of a call. It is `failed` if it cannot start with this data. */
const converse = (
  state: SimulatorState,
  provider: Provider,
  fields: OutboundRequest,
  nowMs: number,
): StoredConversation => {
  const agent = findAgent(state, fields.agent_id);
  const { agentId } = agent;
  const data = fields.conversation_initiation_client_data ?? {};
  const body = branchOfCall(agent, data.branch_id, state.conversations.length);
  const refusal = startRefusal(state, body, data);
  const conversation = addConversation(state, {
    agentId,
    provider,
    ...keptOf(data),
    status: refusal === null ? 'initiated' : 'failed',
    terminationReason: refusal,
    startTimeUnixS: Math.floor(nowMs / 1000),
    direction: 'outbound',
    externalNumber: fields.to_number,
  });
  const { outboundCallEndsAfterMs: endsAfterMs } = state.settings;
  if (endsAfterMs !== null) endConversationAfter(state, conversation.conversationId, endsAfterMs);
  return conversation;
};

/**
 * Handles `POST /v1/convai/{twilio,sip-trunk}/outbound-call`: records the call and creates its conversation,
 * `initiated` or, if it cannot start with its data, `failed`. The response is the same. Nobody dials: a test changes
 * the conversation, or the setting `outboundCallEndsAfterMs` ends it. With `outboundCallsSucceed` off, there is no
 * conversation, and both ids of the response are null. Each repetition creates another call, since the API has no
 * idempotency keys. The initiation webhook, which ElevenLabs calls for a call without data, is not called.
 */
export const startOutboundCall = (
  state: SimulatorState,
  provider: Provider,
  fields: OutboundRequest,
  nowMs: number,
): Answer => {
  const { agentId } = findAgent(state, fields.agent_id);
  const made = state.settings.outboundCallsSucceed ? converse(state, provider, fields, nowMs) : undefined;
  const call: OutboundCall = {
    at: new Date(nowMs).toISOString(),
    provider,
    agentId,
    agentPhoneNumberId: fields.agent_phone_number_id,
    toNumber: fields.to_number,
    conversationId: made?.conversationId ?? null,
    callSid: made?.callSid ?? null,
    request: jsonObject.parse(fields),
  };
  state.outboundCalls.push(call);
  const answer = jsonAnswer(200, answerOf(provider, call));
  return made === undefined ? answer : { ...answer, madeId: made.conversationId };
};
