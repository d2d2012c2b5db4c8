import { GetConvAiSettingsResponseModel } from '@elevenlabs/elevenlabs-js/serialization/types/GetConvAiSettingsResponseModel';
import { WorkspaceWebhookListResponseModel } from '@elevenlabs/elevenlabs-js/serialization/types/WorkspaceWebhookListResponseModel';
import type { ElevenLabsSimulator } from '../../../local/elevenlabs/elevenlabs-simulator';
import { expectViolations } from '../../support/elevenlabs';
import { agentId, ask, houseVoiceId, startSimulator } from './simulator-client';

const webhooksPath = '/v1/workspace/webhooks';
const settingsPath = '/v1/convai/settings';
const webhook = { webhookId: 'wh_1', name: 'Ends of calls', url: 'https://precall.example.com/webhook/postcall' };
const initiationWebhook = {
  url: 'https://precall.example.com/webhook/initiation',
  requestHeaders: { 'x-secret': { secretId: 'sec_1' }, 'x-tenant': 'a' },
};
let simulator: ElevenLabsSimulator;

beforeEach(async () => {
  simulator = await startSimulator();
});
afterEach(() => simulator.close());

const control = (method: string, name: string, body?: unknown) =>
  ask(simulator, method, `/_simulator/${name}`, body, {});
const loosely = { unrecognizedObjectKeys: 'passthrough' } as const;

describe('GET /v1/workspace/webhooks', () => {
  it('given nothing is configured, when listed, then there is none and the SDK takes the answer', async () => {
    const { status, json } = await ask(simulator, 'GET', webhooksPath);

    expect(status).toBe(200);
    expect(json.webhooks).toEqual([]);
    expect(WorkspaceWebhookListResponseModel.parse(json, loosely).ok).toBe(true);
  });

  it('given a healthy and a failing one, when listed, then each is whole and the SDK takes the answer', async () => {
    const failing = {
      ...webhook,
      webhookId: 'wh_2',
      isDisabled: true,
      isAutoDisabled: true,
      events: ['agent_qa' as const],
      createdAtUnixS: 1_795_232_280,
      mostRecentFailure: { errorCode: 503, atUnixS: 1_795_232_999 },
    };
    simulator.changeWorkspace({ webhooks: [webhook, failing] });

    const { json } = await ask(simulator, 'GET', webhooksPath);

    expect(json.webhooks).toEqual([
      {
        name: webhook.name,
        webhook_id: 'wh_1',
        webhook_url: webhook.url,
        is_disabled: false,
        is_auto_disabled: false,
        created_at_unix: expect.any(Number),
        auth_type: 'hmac',
        usage: null,
        events: null,
        most_recent_failure_error_code: null,
        most_recent_failure_timestamp: null,
        field_of_a_later_release: null,
      },
      expect.objectContaining({
        webhook_id: 'wh_2',
        is_disabled: true,
        is_auto_disabled: true,
        events: ['agent_qa'],
        created_at_unix: 1_795_232_280,
        most_recent_failure_error_code: 503,
        most_recent_failure_timestamp: 1_795_232_999,
      }),
    ]);
    const parsed = WorkspaceWebhookListResponseModel.parse(json, loosely);
    expect(parsed.ok ? [] : parsed.errors).toEqual([]);
  });

  it('given uses by the workspace and by an agent, when asked for, then each is listed, and otherwise none', async () => {
    const webhooks = { post_call_webhook_id: 'wh_2' };
    simulator.addAgent({
      agentId: 'agent_2',
      voiceId: houseVoiceId,
      firstMessage: '',
      platformSettings: { workspace_overrides: { webhooks } },
    });
    const ids = ['wh_1', 'wh_2', 'wh_3'];
    simulator.changeWorkspace({
      webhooks: ids.map((webhookId) => ({ ...webhook, webhookId })),
      postCallWebhookId: 'wh_1',
    });

    const asked = await ask(simulator, 'GET', `${webhooksPath}?include_usages=true`);
    const unasked = await ask(simulator, 'GET', `${webhooksPath}?include_usages=false`);

    expect(asked.json.webhooks).toMatchObject([
      { usage: [{ usage_type: 'ConvAI Settings' }] },
      { usage: [{ usage_type: 'ConvAI Agent Settings' }] },
      { usage: [] },
    ]);
    expect(unasked.json.webhooks).toMatchObject(ids.map(() => ({ usage: null })));
    const parsed = WorkspaceWebhookListResponseModel.parse(asked.json, loosely);
    expect(parsed.ok ? [] : parsed.errors).toEqual([]);
  });

  it('given retries are told of, when listed, then they are a field that the docs do not have', async () => {
    simulator.changeWorkspace({ webhooks: [{ ...webhook, retryEnabled: false }] });

    const { json } = await ask(simulator, 'GET', webhooksPath);

    expect(json.webhooks).toMatchObject([{ retry_enabled: false }]);
  });

  it.each([
    [`${webhooksPath}?include_usages=1`, 'include_usages'],
    [`${webhooksPath}?page_size=1`, 'page_size'],
    [`${settingsPath}?full=true`, 'full'],
  ])('given %s, when asked, then 422 names the parameter', async (path, name) => {
    const { status, json } = await ask(simulator, 'GET', path);

    expect([status, json.detail[0].loc]).toEqual([422, ['query', name]]);
    expectViolations(simulator, `query.${name}: `);
  });
});

describe('GET /v1/convai/settings', () => {
  it('given nothing is configured, when read, then it is null and the SDK takes the answer', async () => {
    const { status, json } = await ask(simulator, 'GET', settingsPath);

    expect(status).toBe(200);
    expect(json).toMatchObject({
      conversation_initiation_client_data_webhook: null,
      webhooks: { post_call_webhook_id: null, events: [], transcript_format: null },
      field_of_a_later_release: {},
    });
    const parsed = GetConvAiSettingsResponseModel.parse(json, loosely);
    expect(parsed.ok ? [] : parsed.errors).toEqual([]);
  });

  it('given all is configured, when read, then it is where the API has it, and a secret is only named', async () => {
    await control('PUT', 'workspace', {
      postCallWebhookId: 'wh_1',
      events: ['transcript', 'audio', 'call_initiation_failure'],
      transcriptFormat: 'json',
      initiationWebhook,
      secrets: { sec_1: 'the secret' },
    });

    const { json } = await ask(simulator, 'GET', settingsPath);

    expect(json).toMatchObject({
      conversation_initiation_client_data_webhook: {
        url: initiationWebhook.url,
        request_headers: { 'x-secret': { secret_id: 'sec_1' }, 'x-tenant': 'a' },
      },
      webhooks: {
        post_call_webhook_id: 'wh_1',
        events: ['transcript', 'audio', 'call_initiation_failure'],
        transcript_format: 'json',
      },
    });
    expect(JSON.stringify(json)).not.toContain('the secret');
    const parsed = GetConvAiSettingsResponseModel.parse(json, loosely);
    expect(parsed.ok ? [] : parsed.errors).toEqual([]);
  });
});

describe('PUT /_simulator/workspace', () => {
  it('given parts, when put one after the other, then each stays, and a reset forgets them', async () => {
    await control('PUT', 'workspace', { webhooks: [webhook] });
    const { status, json } = await control('PUT', 'workspace', { postCallWebhookId: 'wh_1' });
    const kept = (await control('GET', 'state')).json.workspace;
    simulator.reset();

    expect(status).toBe(200);
    expect(json).toMatchObject({ webhooks: [webhook], postCallWebhookId: 'wh_1', initiationWebhook: null });
    expect(kept).toEqual(json);
    expect(simulator.state.workspace).toMatchObject({ webhooks: [], postCallWebhookId: null });
  });

  it.each([
    [{ webhooks: [{ ...webhook, url: 'ftp://example.com' }] }, 'webhooks.0.url'],
    [{ webhooks: [webhook, webhook] }, 'a webhookId occurs twice'],
    [{ events: ['ring'] }, 'events.0'],
    [{ initiationWebhook: { url: webhook.url } }, 'initiationWebhook.requestHeaders'],
    [{ post_call_webhook_id: 'wh_1' }, 'post_call_webhook_id'],
  ])('given %j, when put, then 422 with a sentence and nothing changes', async (body, mention) => {
    const before = simulator.state.workspace;

    const { status, json } = await control('PUT', 'workspace', body);

    expect([status, json.error]).toEqual([422, expect.stringContaining(mention)]);
    expect(simulator.state.workspace).toEqual(before);
  });
});

describe('faults of the workspace operations', () => {
  it.each([
    ['listWebhooks', webhooksPath],
    ['getConvaiSettings', settingsPath],
  ] as const)('given a refusal of %s, when asked, then it strikes once and is recorded', async (operation, path) => {
    simulator.addFault({ operation, action: { kind: 'error', status: 403, code: 'missing_permissions' } });

    const statuses = [(await ask(simulator, 'GET', path)).status, (await ask(simulator, 'GET', path)).status];

    expect(statuses).toEqual([403, 200]);
    expect(simulator.state.requests).toMatchObject([{ operation }, { operation }]);
    expect(simulator.state.agents).toMatchObject([{ agentId }]);
  });
});
