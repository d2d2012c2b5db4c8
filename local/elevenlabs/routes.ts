import type { IncomingMessage } from 'node:http';
import { getAgent, patchAgent } from './agents';
import type { Answer } from './answer';
import { listConversations, parseListQuery } from './conversation-list';
import { getConversation, getConversationAudio } from './conversations';
import type { Operation } from './operations';
import { parseOutboundCall, type Provider, startOutboundCall } from './outbound-calls';
import { readFormBody, readJsonBody } from './request-body';
import type { SimulatorState } from './state';
import { getSubscription } from './subscription';
import { parseVoiceForm } from './voice-form';
import { listVoices, parseVoiceQuery } from './voice-search';
import { createVoice, deleteVoice, getVoice } from './voices';
import { getConvaiSettings, listWebhooks, parseWebhookQuery } from './workspace-answers';

/** A call of an operation, before its body is read. `id` is the voice, agent or conversation in the path, '' where there is none. */
export interface Call {
  readonly id: string;
  readonly query: URLSearchParams;
  readonly request: IncomingMessage;
}

/** An operation with its body read. Changes the state; throws ApiError or InvalidRequest, and then changes nothing. */
export type Perform = (state: SimulatorState, nowMs: number) => Answer;

/** One operation of the API: where it is, and how it is done. */
export interface Route {
  readonly operation: Operation;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** The group around the id has the name that the API's complaints use. */
  readonly path: RegExp;
  /** Query parameters that are taken; `any` when the operation judges them itself. */
  readonly query: readonly string[] | 'any';
  /** Reads the body, if there is one. Throws what Perform throws. */
  readonly prepare: (call: Call) => Perform | Promise<Perform>;
}

const voicePath = /^\/v1\/voices\/(?<voice_id>[^/]+)$/;
const agentPath = /^\/v1\/convai\/agents\/(?<agent_id>[^/]+)$/;

const outboundCall =
  (provider: Provider): Route['prepare'] =>
  async ({ request }) => {
    const call = parseOutboundCall(provider, await readJsonBody(request));
    return (state, nowMs) => startOutboundCall(state, provider, call, nowMs);
  };

/** Every operation that is simulated. */
export const routes: readonly Route[] = [
  {
    operation: 'createVoice',
    method: 'POST',
    path: /^\/v1\/voices\/add$/,
    query: [],
    prepare: async ({ request }) => {
      const form = parseVoiceForm(await readFormBody(request));
      return (state, nowMs) => createVoice(state, form, nowMs);
    },
  },
  {
    operation: 'getVoice',
    method: 'GET',
    path: voicePath,
    query: ['with_settings'],
    prepare: (call) => (state) => getVoice(state, call.id),
  },
  {
    operation: 'deleteVoice',
    method: 'DELETE',
    path: voicePath,
    query: [],
    prepare: (call) => (state, nowMs) => deleteVoice(state, call.id, nowMs),
  },
  {
    operation: 'listVoices',
    method: 'GET',
    path: /^\/v2\/voices$/,
    query: 'any',
    prepare: (call) => {
      const query = parseVoiceQuery(call.query);
      return (state, nowMs) => listVoices(state, query, nowMs);
    },
  },
  {
    operation: 'getAgent',
    method: 'GET',
    path: agentPath,
    query: [],
    prepare: (call) => (state) => getAgent(state, call.id),
  },
  {
    operation: 'patchAgent',
    method: 'PATCH',
    path: agentPath,
    query: ['enable_versioning_if_not_enabled'],
    prepare: async ({ id, request }) => {
      const body = await readJsonBody(request);
      return (state, nowMs) => patchAgent(state, id, body, nowMs);
    },
  },
  {
    operation: 'getSubscription',
    method: 'GET',
    path: /^\/v1\/user\/subscription$/,
    query: [],
    prepare: () => getSubscription,
  },
  {
    operation: 'listConversations',
    method: 'GET',
    path: /^\/v1\/convai\/conversations$/,
    query: 'any',
    prepare: (call) => {
      const query = parseListQuery(call.query);
      return (state) => listConversations(state, query);
    },
  },
  {
    operation: 'getConversation',
    method: 'GET',
    path: /^\/v1\/convai\/conversations\/(?<conversation_id>[^/]+)$/,
    query: [],
    prepare: (call) => (state) => getConversation(state, call.id),
  },
  {
    operation: 'getConversationAudio',
    method: 'GET',
    path: /^\/v1\/convai\/conversations\/(?<conversation_id>[^/]+)\/audio$/,
    query: [],
    prepare: (call) => (state) => getConversationAudio(state, call.id),
  },
  {
    operation: 'twilioOutboundCall',
    method: 'POST',
    path: /^\/v1\/convai\/twilio\/outbound-call$/,
    query: [],
    prepare: outboundCall('twilio'),
  },
  {
    operation: 'sipTrunkOutboundCall',
    method: 'POST',
    path: /^\/v1\/convai\/sip-trunk\/outbound-call$/,
    query: [],
    prepare: outboundCall('sip_trunk'),
  },
  {
    operation: 'listWebhooks',
    method: 'GET',
    path: /^\/v1\/workspace\/webhooks$/,
    query: 'any',
    prepare: (call) => {
      const { include_usages: hasUsages } = parseWebhookQuery(call.query);
      return (state) => listWebhooks(state, hasUsages);
    },
  },
  {
    operation: 'getConvaiSettings',
    method: 'GET',
    path: /^\/v1\/convai\/settings$/,
    query: [],
    prepare: () => getConvaiSettings,
  },
];
