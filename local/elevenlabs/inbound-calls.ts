import * as z from 'zod';
import { branchOfCall } from './agent-branches';
import { agentRules } from './agent-settings';
import { findAgent } from './agents';
import {
  fieldsToLeaveOut,
  heardOf,
  initiationAnswer,
  type InitiationData,
  keptOf,
  startRefusal,
} from './conversation-start';
import { addConversation, amendConversation } from './conversations';
import type { SimulatorState, StoredAgent, StoredConversation } from './state';
import { apiId, parseJson } from './values';
import type { InitiationWebhook } from './workspace';

/** The request that ElevenLabs sends to an initiation webhook. */
export interface InitiationRequest {
  readonly caller_id: string;
  readonly called_number: string;
  readonly agent_id: string;
  readonly call_sid: string;
  readonly conversation_id: string;
}

/** The result of an initiation webhook. */
export interface WebhookRun {
  /** Null if no response arrived. */
  readonly status: number | null;
  readonly durationMs: number;
}

/** Its response, or why it is unusable. */
export type InitiationReply =
  { readonly run: WebhookRun; readonly data: InitiationData } | { readonly run: WebhookRun; readonly refusal: string };

const headersOf = ({ requestHeaders }: InitiationWebhook, secrets: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(requestHeaders).map(([name, value]) => {
      if (typeof value === 'string') return [name, value];
      const secret = Object.hasOwn(secrets, value.secretId) ? secrets[value.secretId] : undefined;
      if (secret === undefined) throw new Error(`the workspace has no secret ${value.secretId}`);
      return [name, secret];
    }),
  );

const readAnswer = (
  status: number,
  text: string,
  violate: (problem: string) => void,
): { data: InitiationData } | { refusal: string } => {
  if (status < 200 || status > 299) return { refusal: `The initiation webhook answered ${status}.` };
  const parsed = initiationAnswer.safeParse(parseJson(text));
  if (parsed.success) {
    fieldsToLeaveOut(parsed.data).forEach(violate);
    return { data: parsed.data };
  }
  const complaints = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`);
  complaints.forEach(violate);
  return { refusal: `The answer of the initiation webhook is not valid: ${complaints.join('; ')}.` };
};

/**
 * Calls an initiation webhook with its request headers and no signature, as ElevenLabs does. Follows no redirects and
 * waits at most `initiationTimeoutMs` for the whole response. A response that ElevenLabs would reject is a violation.
 * Never rejects.
 */
export const askInitiationWebhook = async (
  { settings, workspace, violations }: SimulatorState,
  webhook: InitiationWebhook,
  body: InitiationRequest,
  closing: AbortSignal,
): Promise<InitiationReply> => {
  const startedMs = performance.now();
  const timeout = AbortSignal.timeout(settings.initiationTimeoutMs);
  const runWith = (status: number | null) => ({ status, durationMs: Math.round(performance.now() - startedMs) });
  try {
    const response = await fetch(webhook.url, {
      method: 'POST',
      headers: { ...headersOf(webhook, workspace.secrets), 'content-type': 'application/json' },
      body: JSON.stringify(body),
      redirect: 'manual',
      signal: AbortSignal.any([timeout, closing]),
    });
    const text = await response.text();
    const violate = (problem: string) => void violations.push(`Answer of ${webhook.url}: ${problem}.`);
    return { run: runWith(response.status), ...readAnswer(response.status, text, violate) };
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    const refusal = timeout.aborted
      ? `The initiation webhook did not answer within ${settings.initiationTimeoutMs} ms.`
      : `The initiation webhook could not be asked: ${cause}.`;
    return { run: runWith(null), refusal };
  }
};

/** Parses an inbound call, or one that the agent makes without its own data. */
export const inboundCall = z.strictObject({
  agentId: apiId,
  /** The number of the other party; '' or `anonymous` if the caller hides it. */
  callerNumber: z.string(),
  /** The agent's own number. */
  calledNumber: z.string(),
  /** ElevenLabs calls the number that places the call `caller_id`; in an outbound call, it is the agent's. */
  direction: z.enum(['inbound', 'outbound']).default('inbound'),
  provider: z.enum(['twilio', 'sip_trunk']).default('sip_trunk'),
  /** The branch that serves the call. @default by the branches' shares */
  branchId: apiId.optional(),
  /** The caller's language. @default the agent's */
  language: z.string().optional(),
});

/** An inbound call, or one that the agent makes without its own data. */
export type InboundCall = z.input<typeof inboundCall>;

/** The result of an inbound call. */
export interface InboundResult {
  /** `in-progress`, or `failed` with a `terminationReason`. */
  readonly conversation: StoredConversation;
  /** Null if no webhook was called. */
  readonly webhook: WebhookRun | null;
}

type Reply = InitiationReply | { readonly run: null; readonly data: InitiationData } | NoWebhook;
type NoWebhook = { readonly run: null; readonly refusal: string };

const askForData = async (
  state: SimulatorState,
  { agentId, body }: Pick<StoredAgent, 'agentId' | 'body'>,
  conversation: StoredConversation,
  closing: AbortSignal,
): Promise<Reply> => {
  const rules = agentRules(body);
  if (!rules.asksWebhook) return { run: null, data: {} };
  const webhook = rules.initiationWebhook ?? state.workspace.initiationWebhook;
  if (webhook === null)
    return { run: null, refusal: 'The agent is to ask an initiation webhook, and none is configured.' };
  const [other, own] = [conversation.externalNumber ?? '', conversation.agentNumber];
  const isInbound = conversation.direction === 'inbound';
  const request = {
    caller_id: isInbound ? other : own,
    called_number: isInbound ? own : other,
    agent_id: agentId,
    call_sid: conversation.callSid,
    conversation_id: conversation.conversationId,
  };
  return askInitiationWebhook(state, webhook, request, closing);
};

/**
 * Starts an inbound call and creates its conversation (`initiated`). Calls the initiation webhook of the agent or the
 * workspace if the agent allows it (`enable_conversation_initiation_client_data_from_webhook`). The response starts the
 * conversation or fails it. Rejects with ApiError if the agent does not exist, and with Error if the simulator is reset
 * meanwhile.
 */
export const startInboundCall = async (
  state: SimulatorState,
  call: InboundCall,
  closing: AbortSignal,
): Promise<InboundResult> => {
  const { agentId, callerNumber, calledNumber, direction, provider, branchId, language } = inboundCall.parse(call);
  const callsBefore = state.conversations.length;
  // The agent may be changed while the webhook runs.
  const bodyNow = () => branchOfCall(findAgent(state, agentId), branchId, callsBefore);
  const agent = { agentId, body: bodyNow() };
  const conversation = addConversation(state, {
    agentId,
    provider,
    status: 'initiated',
    direction,
    externalNumber: callerNumber,
    agentNumber: calledNumber,
  });
  const reply = await askForData(state, agent, conversation, closing);
  const data = 'data' in reply ? reply.data : {};
  const body = bodyNow();
  const refusal = 'data' in reply ? startRefusal(state, body, data) : reply.refusal;
  const started = amendConversation(state, conversation.conversationId, {
    ...keptOf(data),
    heard: refusal === null ? heardOf(body, data, language) : null,
    status: refusal === null ? 'in-progress' : 'failed',
    terminationReason: refusal,
  });
  return { conversation: started, webhook: reply.run };
};
