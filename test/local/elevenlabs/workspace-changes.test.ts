import { GetAgentsPageResponseModel } from '@elevenlabs/elevenlabs-js/serialization/types/GetAgentsPageResponseModel';
import { GetConvAiSettingsResponseModel } from '@elevenlabs/elevenlabs-js/serialization/types/GetConvAiSettingsResponseModel';
import { GetWorkspaceSecretsResponseModel } from '@elevenlabs/elevenlabs-js/serialization/types/GetWorkspaceSecretsResponseModel';
import { WorkspaceCreateWebhookResponseModel } from '@elevenlabs/elevenlabs-js/serialization/types/WorkspaceCreateWebhookResponseModel';
import { expectViolations, type TestElevenLabs } from '../../support/elevenlabs';
import { agentId, ask, houseVoiceId, startSimulator } from './simulator-client';

const webhooks = '/v1/workspace/webhooks';
const settings = '/v1/convai/settings';
const secrets = '/v1/convai/secrets';
const url = 'https://precall.example.com/webhook/postcall';
const newWebhook = { settings: { auth_type: 'hmac', name: 'Precall', webhook_url: url } };
const loosely = { unrecognizedObjectKeys: 'passthrough' } as const;
let simulator: TestElevenLabs;

beforeEach(async () => {
  simulator = await startSimulator();
});
afterEach(() => simulator.close());

describe('webhooks', () => {
  it('given a new one, then its secret is shown once, its switches change, and it is deleted when nothing uses it', async () => {
    const made = await ask(simulator, 'POST', webhooks, newWebhook);
    expect(made.json.webhook_secret).toMatch(/^wsec_[0-9a-f]{64}$/);
    expect(WorkspaceCreateWebhookResponseModel.parse(made.json, loosely).ok).toBe(true);
    const id: string = made.json.webhook_id;

    const change = { is_disabled: true, name: 'Other', retry_enabled: true };
    expect(await ask(simulator, 'PATCH', `${webhooks}/${id}`, change)).toMatchObject({
      status: 200,
      json: { status: 'ok' },
    });
    const { json } = await ask(simulator, 'GET', webhooks);
    expect(json.webhooks).toMatchObject([{ webhook_id: id, name: 'Other', is_disabled: true }]);
    expect(JSON.stringify(json)).not.toMatch(/wsec_|retry_enabled/);

    const attached = { webhooks: { post_call_webhook_id: id, events: ['transcript'], transcript_format: 'json' } };
    expect((await ask(simulator, 'PATCH', settings, attached)).json.webhooks).toMatchObject(attached.webhooks);
    expect((await ask(simulator, 'DELETE', `${webhooks}/${id}`)).json.detail.code).toBe('webhook_in_use');
    await ask(simulator, 'PATCH', settings, { webhooks: { post_call_webhook_id: null, events: [] } });
    expect(await ask(simulator, 'DELETE', `${webhooks}/${id}`)).toMatchObject({ status: 200 });
    expect((await ask(simulator, 'DELETE', `${webhooks}/${id}`)).status).toBe(404);
  });

  it('given what no webhook is, when it is made, changed or attached, then it is refused', async () => {
    const bad = { settings: { ...newWebhook.settings, secret: 'mine' } };
    expect((await ask(simulator, 'POST', webhooks, bad)).status).toBe(422);
    expect((await ask(simulator, 'PATCH', `${webhooks}/wh_1`, { retry_enabled: true })).status).toBe(422);
    expect((await ask(simulator, 'PATCH', settings, { webhooks: { post_call_webhook_id: 'wh_1' } })).status).toBe(404);
    expectViolations(simulator, /settings.secret: Not a documented field/);
    expectViolations(simulator, /is_disabled|name/);
  });
});

describe('secrets and the initiation webhook', () => {
  it('given a secret in a header, then its value is never shown, it changes in place, and goes when it is unused', async () => {
    const made = await ask(simulator, 'POST', secrets, { type: 'new', name: 'precall_1', value: 'first value' });
    const id: string = made.json.secret_id;
    const webhook = { url: `${url}/initiation`, request_headers: { 'X-Precall-Secret': { secret_id: id } } };
    const set = await ask(simulator, 'PATCH', settings, { conversation_initiation_client_data_webhook: webhook });
    expect(set.json.conversation_initiation_client_data_webhook).toEqual(webhook);
    expect(GetConvAiSettingsResponseModel.parse(set.json, loosely).ok).toBe(true);

    await ask(simulator, 'PATCH', `${secrets}/${id}`, { type: 'update', name: 'precall_2', value: 'second value' });

    const { json } = await ask(simulator, 'GET', `${secrets}?search=precall_`);
    expect(json.secrets).toMatchObject([{ secret_id: id, name: 'precall_2' }]);
    expect(GetWorkspaceSecretsResponseModel.parse(json, loosely).ok).toBe(true);
    expect(JSON.stringify(json)).not.toContain('value"');
    expect(simulator.state.workspace.secrets[id]).toBe('second value');
    expect((await ask(simulator, 'DELETE', `${secrets}/${id}`)).json.detail.code).toBe('secret_in_use');
    await ask(simulator, 'PATCH', settings, { conversation_initiation_client_data_webhook: null });
    expect((await ask(simulator, 'DELETE', `${secrets}/${id}`)).status).toBe(204);
    expect((await ask(simulator, 'DELETE', `${secrets}/${id}`)).status).toBe(404);
  });
});

describe('the list of agents', () => {
  it('given five, when two a page are asked for, then every one that is not archived comes once', async () => {
    for (const n of [1, 2, 3, 4])
      simulator.addAgent({
        agentId: `agent_${n}`,
        voiceId: houseVoiceId,
        firstMessage: '',
        platformSettings: { archived: n === 2 },
      });
    const first = await ask(simulator, 'GET', '/v1/convai/agents?page_size=2&archived=false');
    expect(GetAgentsPageResponseModel.parse(first.json, loosely).ok).toBe(true);
    const next = await ask(
      simulator,
      'GET',
      `/v1/convai/agents?page_size=2&archived=false&cursor=${first.json.next_cursor}`,
    );

    const ids = [...first.json.agents, ...next.json.agents].map((agent: { agent_id: string }) => agent.agent_id);
    expect(ids).toEqual(['agent_1', 'agent_3', 'agent_4', agentId]);
    expect(next.json).toMatchObject({ has_more: false, next_cursor: null });
  });
});

describe('a key that lacks permissions', () => {
  it.each([
    ['webhooks_write', 'POST', webhooks, newWebhook],
    ['workspace_read', 'GET', webhooks, undefined],
    ['convai_write', 'PATCH', settings, {}],
    ['convai_read', 'GET', secrets, undefined],
    ['voices_read', 'GET', `/v1/voices/${houseVoiceId}`, undefined],
    ['user_read', 'GET', '/v1/user/subscription', undefined],
  ] as const)('given no %s, when it is needed, then 401 names it', async (permission, method, path, body) => {
    simulator.changeSettings({ missingPermissions: [permission] });

    const { status, json } = await ask(simulator, method, path, body);

    expect(status).toBe(401);
    expect(json.detail).toMatchObject({ status: 'missing_permissions' });
    expect(json.detail.message).toContain(permission);
    simulator.changeSettings({ missingPermissions: [] });
    expect((await ask(simulator, method, path, body)).status).toBe(200);
  });
});
