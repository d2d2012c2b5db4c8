import * as z from 'zod';
import { branchOfCall } from './agent-branches';
import { findAgent } from './agents';
import { type Answer, ApiError } from './answers';
import { heardOf, type InitiationData, initiationData, keptOf, startRefusal } from './conversation-start';
import { addConversation, type ConversationSeed } from './conversations';
import type { SimulatorState, StoredConversation } from './state';

/** The body of `POST /v1/convai/twilio/register-call`, from ElevenLabs' OpenAPI document. */
export const registerCallBody = z.strictObject({
  agent_id: z.string().min(1),
  from_number: z.string().min(1),
  to_number: z.string().min(1),
  direction: z.enum(['inbound', 'outbound']).default('inbound'),
  conversation_initiation_client_data: initiationData.nullish(),
});

/**
 * Creates the conversation of a client that supplies its own data: `in-progress`, or `failed` if it cannot start with
 * it.
 */
export const startWithData = (
  state: SimulatorState,
  seed: Pick<ConversationSeed, 'agentId' | 'externalNumber' | 'agentNumber' | 'direction'>,
  data: InitiationData,
): StoredConversation => {
  const body = branchOfCall(findAgent(state, seed.agentId), data.branch_id, state.conversations.length);
  const refusal = startRefusal(state, body, data);
  return addConversation(state, {
    ...seed,
    ...keptOf(data),
    heard: refusal === null ? heardOf(body, data) : null,
    status: refusal === null ? 'in-progress' : 'failed',
    terminationReason: refusal,
  });
};

/**
 * Handles `POST /v1/convai/twilio/register-call`: returns TwiML that connects a call at the client's own Twilio number.
 * Does not call the initiation webhook.
 */
export const registerCall = (state: SimulatorState, fields: z.infer<typeof registerCallBody>): Answer => {
  const isInbound = fields.direction === 'inbound';
  const call = {
    agentId: fields.agent_id,
    direction: fields.direction,
    externalNumber: isInbound ? fields.from_number : fields.to_number,
    agentNumber: isInbound ? fields.to_number : fields.from_number,
  };
  const { conversationId, terminationReason } = startWithData(
    state,
    call,
    fields.conversation_initiation_client_data ?? {},
  );
  if (terminationReason !== null) throw new ApiError(400, 'invalid_initiation_data', terminationReason);
  const parameter = `<Parameter name="conversation_id" value="${conversationId}"/>`;
  const stream = `<Stream url="wss://127.0.0.1/twilio">${parameter}</Stream>`;
  return {
    status: 200,
    headers: { 'content-type': 'text/html; charset=utf-8' },
    body: `<?xml version="1.0" encoding="UTF-8"?><Response><Connect>${stream}</Connect></Response>`,
    madeId: conversationId,
  };
};
