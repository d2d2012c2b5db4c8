import type * as z from 'zod';
import { branchQuery, listBranches, listProcedures, procedureQuery } from './agent-branches';
import { agentQuery, getAgentVersion, patchQuery } from './agent-versions';
import { agentPatch, findAgent, getAgent, patchAgent } from './agents';
import type { Answer } from './answers';
import { fieldsToLeaveOut } from './conversation-start';
import {
  deleteConversation,
  listConversations,
  listQuery,
  getConversation,
  getConversationAudio,
} from './conversations';
import { outboundBodies, type OutboundRequest, startOutboundCall } from './outbound-calls';
import { registerCall, registerCallBody } from './registered-calls';
import {
  type BodyReader,
  type Check,
  formBody,
  jsonBody,
  noBody,
  noQuery,
  queryValues,
  type ReceivedRequest,
} from './requests';
import type { Operation } from './settings';
import type { SimulatorState } from './state';
import { listVoices, searchQuery } from './voice-list';
import { voiceForm, createVoice, deleteVoice, getVoice } from './voices';
import { getSubscription, getConvaiSettings, listWebhooks, webhookQuery } from './workspace';

/** A request that has been checked. */
interface Input<Query, Body> {
  /** The voice, agent or conversation in the path, '' where there is none. */
  readonly id: string;
  /** The second id in the path: a version or branch of the agent; '' where there is none. */
  readonly partId: string;
  readonly query: Query;
  readonly body: Body;
}

/** What ElevenLabs documents of an operation. */
interface OperationSpec<Query, Body> {
  readonly operation: Operation;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** The groups around ids have the names that ElevenLabs' validation errors use. */
  readonly path: RegExp;
  readonly query: z.ZodType<Query>;
  readonly body: BodyReader<Body>;
  /** What the request contains although the documentation advises against it. */
  readonly advice?: (input: Input<Query, Body>) => string[];
  readonly perform: (state: SimulatorState, input: Input<Query, Body>, nowMs: number) => Answer;
}

/** Performs a checked request. Changes the state; throws ApiError or InvalidRequest, and then changes nothing. */
export type Perform = (state: SimulatorState, nowMs: number) => Answer;

/** One operation of the API. */
export interface Route extends Pick<OperationSpec<never, never>, 'operation' | 'method' | 'path'> {
  readonly maxBodyBytes: number;
  /**
   * Checks a request. Calls `advise` with what is accepted although the documentation advises against it. Throws
   * InvalidRequest.
   */
  readonly accept: (
    ids: readonly string[],
    request: ReceivedRequest,
    check: Check,
    advise: (problem: string) => void,
  ) => Perform;
}

const route = <Query, Body>(spec: OperationSpec<Query, Body>): Route => ({
  operation: spec.operation,
  method: spec.method,
  path: spec.path,
  maxBodyBytes: spec.body.maxBytes,
  accept: ([id = '', partId = ''], request, check, advise) => {
    const query = check(spec.query, queryValues(request.query), 'query');
    const input = { id, partId, query, body: spec.body.read(request, check) };
    spec.advice?.(input).forEach(advise);
    return (state, nowMs) => spec.perform(state, input, nowMs);
  },
});

const agentPath = /^\/v1\/convai\/agents\/(?<agent_id>[^/]+)$/;
const conversationPath = /^\/v1\/convai\/conversations\/(?<conversation_id>[^/]+)$/;

const startAdvice = ({ body }: Input<unknown, OutboundRequest>): string[] =>
  fieldsToLeaveOut(body.conversation_initiation_client_data ?? {}).map(
    (problem) => `body.conversation_initiation_client_data.${problem}`,
  );

/** Every operation that is simulated. Paths, parameters and bodies are those of ElevenLabs' OpenAPI document. */
export const routes: readonly Route[] = [
  route({
    operation: 'createVoice',
    method: 'POST',
    path: /^\/v1\/voices\/add$/,
    query: noQuery,
    body: formBody(voiceForm),
    perform: (state, { body }, nowMs) => createVoice(state, body, nowMs),
  }),
  route({
    operation: 'getVoice',
    method: 'GET',
    path: /^\/v1\/voices\/(?<voice_id>[^/]+)$/,
    query: noQuery,
    body: noBody,
    perform: (state, { id }) => getVoice(state, id),
  }),
  route({
    operation: 'deleteVoice',
    method: 'DELETE',
    path: /^\/v1\/voices\/(?<voice_id>[^/]+)$/,
    query: noQuery,
    body: noBody,
    perform: (state, { id }, nowMs) => deleteVoice(state, id, nowMs),
  }),
  route({
    operation: 'listVoices',
    method: 'GET',
    path: /^\/v2\/voices$/,
    query: searchQuery,
    body: noBody,
    perform: (state, { query }, nowMs) => listVoices(state, query, nowMs),
  }),
  route({
    operation: 'getAgent',
    method: 'GET',
    path: agentPath,
    query: agentQuery,
    body: noBody,
    perform: (state, { id, query }) => getAgent(state, id, query),
  }),
  route({
    operation: 'getAgentVersion',
    method: 'GET',
    path: /^\/v1\/convai\/agents\/(?<agent_id>[^/]+)\/versions\/(?<version_id>[^/]+)$/,
    query: noQuery,
    body: noBody,
    perform: (state, { id, partId }) => getAgentVersion(findAgent(state, id), partId),
  }),
  route({
    operation: 'listBranches',
    method: 'GET',
    path: /^\/v1\/convai\/agents\/(?<agent_id>[^/]+)\/branches$/,
    query: branchQuery,
    body: noBody,
    perform: (state, { id, query }) => listBranches(findAgent(state, id), query),
  }),
  route({
    operation: 'listProcedures',
    method: 'GET',
    path: /^\/v1\/convai\/agents\/(?<agent_id>[^/]+)\/branches\/(?<branch_id>[^/]+)\/procedures$/,
    query: procedureQuery,
    body: noBody,
    perform: (state, { id, partId }) => listProcedures(findAgent(state, id), partId),
  }),
  route({
    operation: 'patchAgent',
    method: 'PATCH',
    path: agentPath,
    query: patchQuery,
    body: jsonBody(agentPatch),
    perform: (state, { id, query, body }, nowMs) => patchAgent(state, id, body, nowMs, query.branch_id),
  }),
  route({
    operation: 'getSubscription',
    method: 'GET',
    path: /^\/v1\/user\/subscription$/,
    query: noQuery,
    body: noBody,
    perform: (state, _input, nowMs) => getSubscription(state, nowMs),
  }),
  route({
    operation: 'listConversations',
    method: 'GET',
    path: /^\/v1\/convai\/conversations$/,
    query: listQuery,
    body: noBody,
    perform: (state, { query }) => listConversations(state, query),
  }),
  route({
    operation: 'getConversation',
    method: 'GET',
    path: conversationPath,
    query: noQuery,
    body: noBody,
    perform: (state, { id }) => getConversation(state, id),
  }),
  route({
    operation: 'deleteConversation',
    method: 'DELETE',
    path: conversationPath,
    query: noQuery,
    body: noBody,
    perform: (state, { id }) => deleteConversation(state, id),
  }),
  route({
    operation: 'getConversationAudio',
    method: 'GET',
    path: /^\/v1\/convai\/conversations\/(?<conversation_id>[^/]+)\/audio$/,
    query: noQuery,
    body: noBody,
    perform: (state, { id }) => getConversationAudio(state, id),
  }),
  route({
    operation: 'twilioOutboundCall',
    method: 'POST',
    path: /^\/v1\/convai\/twilio\/outbound-call$/,
    query: noQuery,
    body: jsonBody(outboundBodies.twilio),
    advice: startAdvice,
    perform: (state, { body }, nowMs) => startOutboundCall(state, 'twilio', body, nowMs),
  }),
  route({
    operation: 'sipTrunkOutboundCall',
    method: 'POST',
    path: /^\/v1\/convai\/sip-trunk\/outbound-call$/,
    query: noQuery,
    body: jsonBody(outboundBodies.sip_trunk),
    advice: startAdvice,
    perform: (state, { body }, nowMs) => startOutboundCall(state, 'sip_trunk', body, nowMs),
  }),
  route({
    operation: 'registerCall',
    method: 'POST',
    path: /^\/v1\/convai\/twilio\/register-call$/,
    query: noQuery,
    body: jsonBody(registerCallBody),
    perform: (state, { body }) => registerCall(state, body),
  }),
  route({
    operation: 'listWebhooks',
    method: 'GET',
    path: /^\/v1\/workspace\/webhooks$/,
    query: webhookQuery,
    body: noBody,
    perform: (state, { query }) => listWebhooks(state, query.include_usages),
  }),
  route({
    operation: 'getConvaiSettings',
    method: 'GET',
    path: /^\/v1\/convai\/settings$/,
    query: noQuery,
    body: noBody,
    perform: getConvaiSettings,
  }),
];
