import { agentListQuery, listAgents } from './agent-list';
import { jsonBody, noBody, noQuery } from './requests';
import { type Route, route } from './route';
import { createSecret, deleteSecret, listSecrets, newSecret, patchSecret, secretPatch, secretQuery } from './secrets';
import { createWebhook, deleteWebhook, newWebhook, patchWebhook, webhookPatch } from './webhooks';
import { getConvaiSettings, listWebhooks, webhookQuery } from './workspace';
import { patchConvaiSettings, settingsPatch } from './workspace-settings';

const webhooksPath = /^\/v1\/workspace\/webhooks$/;
const webhookPath = /^\/v1\/workspace\/webhooks\/(?<webhook_id>[^/]+)$/;
const settingsPath = /^\/v1\/convai\/settings$/;
const secretsPath = /^\/v1\/convai\/secrets$/;
const secretPath = /^\/v1\/convai\/secrets\/(?<secret_id>[^/]+)$/;

const webhookRoutes: readonly Route[] = [
  route({
    operation: 'listWebhooks',
    method: 'GET',
    path: webhooksPath,
    query: webhookQuery,
    body: noBody,
    perform: (state, { query }) => listWebhooks(state, query.include_usages),
  }),
  route({
    operation: 'createWebhook',
    method: 'POST',
    path: webhooksPath,
    query: noQuery,
    body: jsonBody(newWebhook),
    perform: (state, { body }) => createWebhook(state, body),
  }),
  route({
    operation: 'patchWebhook',
    method: 'PATCH',
    path: webhookPath,
    query: noQuery,
    body: jsonBody(webhookPatch),
    perform: (state, { id, body }) => patchWebhook(state, id, body),
  }),
  route({
    operation: 'deleteWebhook',
    method: 'DELETE',
    path: webhookPath,
    query: noQuery,
    body: noBody,
    perform: (state, { id }) => deleteWebhook(state, id),
  }),
];

const secretRoutes: readonly Route[] = [
  route({
    operation: 'listSecrets',
    method: 'GET',
    path: secretsPath,
    query: secretQuery,
    body: noBody,
    perform: (state, { query }) => listSecrets(state, query),
  }),
  route({
    operation: 'createSecret',
    method: 'POST',
    path: secretsPath,
    query: noQuery,
    body: jsonBody(newSecret),
    perform: (state, { body }) => createSecret(state, body),
  }),
  route({
    operation: 'patchSecret',
    method: 'PATCH',
    path: secretPath,
    query: noQuery,
    body: jsonBody(secretPatch),
    perform: (state, { id, body }) => patchSecret(state, id, body),
  }),
  route({
    operation: 'deleteSecret',
    method: 'DELETE',
    path: secretPath,
    query: noQuery,
    body: noBody,
    perform: (state, { id }) => deleteSecret(state, id),
  }),
];

/** The operations on what all agents of the account share, and the list of agents. */
export const workspaceRoutes: readonly Route[] = [
  ...webhookRoutes,
  ...secretRoutes,
  route({
    operation: 'getConvaiSettings',
    method: 'GET',
    path: settingsPath,
    query: noQuery,
    body: noBody,
    perform: getConvaiSettings,
  }),
  route({
    operation: 'patchConvaiSettings',
    method: 'PATCH',
    path: settingsPath,
    query: noQuery,
    body: jsonBody(settingsPatch),
    perform: (state, { body }) => patchConvaiSettings(state, body),
  }),
  route({
    operation: 'listAgents',
    method: 'GET',
    path: /^\/v1\/convai\/agents$/,
    query: agentListQuery,
    body: noBody,
    perform: (state, { query }) => listAgents(state, query),
  }),
];
