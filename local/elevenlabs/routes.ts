import { branchQuery, listBranches, listProcedures, procedureQuery } from './agent-branches';
import { agentQuery, getAgentVersion, patchQuery } from './agent-versions';
import { agentPatch, findAgent, getAgent, patchAgent } from './agents';
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
import { formBody, jsonBody, noBody, noQuery } from './requests';
import { type Input, type Route, route } from './route';
import { listVoices, searchQuery } from './voice-list';
import { voiceForm, createVoice, deleteVoice, getVoice } from './voices';
import { getSubscription } from './workspace';
import { workspaceRoutes } from './workspace-routes';

const agentPath = /^\/v1\/convai\/agents\/(?<agent_id>[^/]+)$/;
const conversationPath = /^\/v1\/convai\/conversations\/(?<conversation_id>[^/]+)$/;

const startAdvice = ({ body }: Input<unknown, OutboundRequest>): string[] =>
  fieldsToLeaveOut(body.conversation_initiation_client_data ?? {}).map(
    (problem) => `body.conversation_initiation_client_data.${problem}`,
  );

/** Every simulated operation. Paths, parameters and bodies are those of ElevenLabs' OpenAPI document. */
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
  ...workspaceRoutes,
];
