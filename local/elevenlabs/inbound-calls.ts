import * as z from 'zod';
import { agentRules } from './agent-rules';
import { findAgent } from './agents';
import { addConversation, amendConversation } from './conversations';
import { apiId } from './ids';
import { type InitiationData, keptOf } from './initiation-data';
import { askInitiationWebhook, type InitiationReply, type WebhookRun } from './initiation-webhook';
import { startRefusal } from './start-refusal';
import type { SimulatorState, StoredAgent, StoredConversation } from './state';

/** Reads a call that comes in. */
export const inboundCall = z.strictObject({
  agentId: apiId,
  /** As the telephone network tells it; '' or `anonymous` when the caller hides it. */
  callerNumber: z.string(),
  calledNumber: z.string(),
  provider: z.enum(['twilio', 'sip_trunk']).default('sip_trunk'),
});

/** A call that comes in. */
export type InboundCall = z.input<typeof inboundCall>;

/** What became of a call that came in. */
export interface InboundResult {
  /** `in-progress`, or `failed` with a `terminationReason`. */
  readonly conversation: StoredConversation;
  /** Null when no webhook was asked. */
  readonly webhook: WebhookRun | null;
}

type Reply = InitiationReply | { readonly run: null; readonly data: InitiationData } | NoWebhook;
type NoWebhook = { readonly run: null; readonly refusal: string };

const askForData = async (
  state: SimulatorState,
  agent: StoredAgent,
  conversation: StoredConversation,
  closing: AbortSignal,
): Promise<Reply> => {
  const rules = agentRules(agent.body);
  if (!rules.asksWebhook) return { run: null, data: {} };
  const webhook = rules.initiationWebhook ?? state.workspace.initiationWebhook;
  if (webhook === null)
    return { run: null, refusal: 'The agent is to ask an initiation webhook, and none is configured.' };
  const request = {
    caller_id: conversation.externalNumber ?? '',
    called_number: conversation.agentNumber,
    agent_id: agent.agentId,
    call_sid: conversation.callSid,
    conversation_id: conversation.conversationId,
  };
  return askInitiationWebhook(state, webhook, request, closing);
};

/**
 * Lets a call come in: makes its conversation, `initiated` at first, asks the agent's or else the workspace's initiation webhook if
 * the agent allows it (`enable_conversation_initiation_client_data_from_webhook`), and starts the conversation with the answer or fails it.
 * Rejects with ApiError for an agent that does not exist, and with Error when the simulator is reset meanwhile.
 */
export const startInboundCall = async (
  state: SimulatorState,
  call: InboundCall,
  closing: AbortSignal,
): Promise<InboundResult> => {
  const { agentId, callerNumber, calledNumber, provider } = inboundCall.parse(call);
  const agent = findAgent(state, agentId);
  const conversation = addConversation(state, {
    agentId,
    provider,
    status: 'initiated',
    direction: 'inbound',
    externalNumber: callerNumber,
    agentNumber: calledNumber,
  });
  const reply = await askForData(state, agent, conversation, closing);
  const data = 'data' in reply ? reply.data : {};
  const refusal = 'data' in reply ? startRefusal(state, agent.body, data) : reply.refusal;
  const started = amendConversation(state, conversation.conversationId, {
    ...keptOf(data),
    status: refusal === null ? 'in-progress' : 'failed',
    terminationReason: refusal,
  });
  return { conversation: started, webhook: reply.run };
};
