import type { JsonObject } from '../../local/elevenlabs/values';
import { startElevenLabs, type TestElevenLabs } from '../support/elevenlabs';
import { type RunningStack, startStack } from '../support/running-stack';
import { post, preCallEvent } from '../support/sender';

const apiKey = 'sk_local_simulated_key';
const allowed = {
  overrides: {
    conversation_config_override: {
      tts: { voice_id: true },
      agent: { first_message: true },
      conversation: { max_duration_seconds: true },
    },
    enable_conversation_initiation_client_data_from_webhook: true,
  },
};
const agent = { voiceId: 'ownVoice1', firstMessage: 'Hello' };
let elevenLabs: TestElevenLabs;
let running: RunningStack;

beforeAll(async () => {
  elevenLabs = await startElevenLabs({ apiKey, settings: { latencyMs: 0 } });
  running = await startStack(
    { ELEVENLABS_API_BASE_URL: elevenLabs.url, ELEVENLABS_API_KEY: apiKey },
    {
      AGENT_IDS: 'agent_1,agent_gone',
      ELEVENLABS_AGENT_ID: 'agent_3cx',
      DYNAMIC_VARIABLES: '{"company":"Acme"}',
      DEFAULT_FIRST_MESSAGE: 'Hallo {name}, I am an AI assistant.',
    },
  );
});

beforeEach(() => {
  elevenLabs.reset();
  elevenLabs.addAgent({ ...agent, agentId: 'agent_1', platformSettings: allowed });
  elevenLabs.addAgent({
    ...agent,
    agentId: 'agent_3cx',
    conversationConfig: {
      agent: { dynamic_variables: { dynamic_variable_placeholders: { company: 'x', city: 'y' } } },
    },
  });
});

afterAll(async () => {
  await running.close();
  await elevenLabs.close();
});

interface Checked {
  agents: { agent_id: string; overrides: object | null; findings: Finding[] }[];
  workspace: { findings: Finding[] };
}
interface Finding {
  level: string;
  about: string;
}

const send = (fields: object = {}) =>
  post(`${running.stack.url}/setup/check`, JSON.stringify({ type: 'setup_check', ...fields }));
const check = async (fields: object = {}) => {
  const { status, json } = await send(fields);
  expect(status).toBe(200);
  const { agents, workspace } = json as unknown as Checked;
  const amiss = (findings: Finding[]): string[] =>
    findings.filter(({ level }) => level !== 'ok').map(({ level, about }) => `${level} ${about}`);
  return {
    json,
    agents: Object.fromEntries(agents.map(({ agent_id, findings }) => [agent_id, amiss(findings)])),
    workspace: amiss(workspace.findings),
  };
};
const setUpWorkspace = () =>
  elevenLabs.changeWorkspace({
    webhooks: [
      { webhookId: 'webhook_1', name: 'Ours', url: `${running.stack.url}/webhook/postcall`, retryEnabled: true },
    ],
    postCallWebhookId: 'webhook_1',
    events: ['transcript', 'call_initiation_failure'],
    transcriptFormat: 'json',
    initiationWebhook: {
      url: `${running.stack.url}/webhook/initiation`,
      requestHeaders: { 'X-Precall-Secret': { secretId: 'secret_1' } },
    },
    secrets: { secret_1: 'the value' },
  });

describe('POST /setup/check', () => {
  it('given one agent and a workspace that are set up, then nothing is amiss, and it is recorded what may be overridden', async () => {
    setUpWorkspace();
    const before = Math.floor(Date.now() / 1000);

    const { json, agents, workspace } = await check({ agent_ids: ['agent_1'] });

    expect({ agents, workspace }).toEqual({ agents: { agent_1: [] }, workspace: [] });
    const overrides = { voice: true, first_message: true, max_duration: true };
    expect(json).toMatchObject({ status: 'success', problems: 0, agents: [{ agent_id: 'agent_1', overrides }] });
    const { 'SETUP#agent_1': item } = await running.ledger();
    expect(item).toEqual({
      pk: 'SETUP#agent_1',
      kind: 'setup',
      agent_id: 'agent_1',
      overrides,
      asks_precall: true,
      language: 'en',
      numbers: [],
      checked_at: expect.any(Number),
    });
    expect(item!['checked_at']).toBeGreaterThanOrEqual(before);
    // It is recorded before the agent's own voice is looked for.
    expect(item!['checked_at']).toBeLessThanOrEqual(Number(json['checked_at']));
  });

  it('given no agents, then those of settings and ledger are checked, each as it is used, and each is recorded', async () => {
    setUpWorkspace();
    elevenLabs.addAgent({ ...agent, agentId: 'agent_called' });
    expect(await post(running.precallUrl, JSON.stringify(preCallEvent({ agent_id: 'agent_called' })))).toMatchObject({
      status: 200,
    });

    const { json, agents } = await check();

    expect(agents).toEqual({
      agent_1: [],
      agent_gone: ['problem agent'],
      agent_3cx: [
        'problem voice_override',
        'problem first_message_override',
        'attention max_duration_override',
        'attention initiation_data',
        'attention overlapping_calls',
        'problem dynamic_variables',
      ],
      agent_called: [
        'attention voice_override',
        'attention first_message_override',
        'attention max_duration_override',
        'attention initiation_data',
        'attention overlapping_calls',
      ],
    });
    expect(json).toMatchObject({ problems: 4 });
    const { 'SETUP#agent_3cx': item, 'SETUP#agent_gone': gone } = await running.ledger();
    expect(item).toMatchObject({ overrides: { voice: false, first_message: false, max_duration: false } });
    expect(gone).toBeUndefined();
  });

  it('given webhooks of another installation, whose paths are the same, then both are found to point elsewhere', async () => {
    setUpWorkspace();
    const elsewhere = 'https://other.execute-api.eu-central-1.amazonaws.com/v1';
    const { webhooks, initiationWebhook } = elevenLabs.state.workspace;
    elevenLabs.changeWorkspace({
      webhooks: webhooks.map(({ webhookId, name }) => ({
        webhookId,
        name,
        url: `${elsewhere}/webhook/postcall`,
        retryEnabled: true,
      })),
      initiationWebhook: { ...initiationWebhook!, url: `${elsewhere}/webhook/initiation` },
    });

    const { workspace, agents } = await check({ agent_ids: ['agent_1'] });

    expect(workspace).toEqual(['attention initiation_webhook', 'attention post_call_webhook']);
    expect(agents).toEqual({ agent_1: ['attention overlapping_calls'] });
  });

  it('given a workspace without anything, then the agent that asks has none to ask, and ends are not told', async () => {
    const { agents, workspace } = await check({ agent_ids: ['agent_1', 'agent_1'] });

    expect(agents).toEqual({ agent_1: ['problem initiation_webhook', 'attention overlapping_calls'] });
    expect(workspace).toEqual(['problem post_call_webhook']);
  });

  it('given an agent with webhooks of its own, then the workspace needs none', async () => {
    setUpWorkspace();
    const { initiationWebhook, ...others } = elevenLabs.state.workspace;
    elevenLabs.changeWorkspace({ ...others, postCallWebhookId: null, initiationWebhook: null });
    elevenLabs.addAgent({
      ...agent,
      agentId: 'agent_own',
      platformSettings: {
        ...allowed,
        workspace_overrides: {
          conversation_initiation_client_data_webhook: { url: initiationWebhook!.url, request_headers: {} },
          webhooks: { post_call_webhook_id: 'webhook_1', events: ['transcript'], transcript_format: null },
        },
      },
    });

    const { agents, workspace } = await check({ agent_ids: ['agent_own'] });

    expect(agents).toEqual({
      agent_own: ['problem initiation_webhook', 'attention overlapping_calls', 'problem post_call_events'],
    });
    expect(workspace).toEqual([]);
  });

  it('given agents as ElevenLabs shows them, then recordings, workflows, archives and drafts are found', async () => {
    setUpWorkspace();
    const branches = [{ branchId: 'agtbranch_b', name: 'Summer', livePercentage: 30 }];
    const main = { livePercentage: 70, drafts: { prc_1: 'prcv_2' } };
    const raw = (agentId: string, settings: JsonObject, more = {}) =>
      elevenLabs.addAgent({ ...agent, ...more, agentId, platformSettings: { ...allowed, ...settings } });
    raw('agent_silent', { privacy: { record_voice: false } });
    raw('agent_archived', { archived: true });
    raw('agent_drafts', {}, { procedures: { prc_1: 'prcv_1' }, main, branches });
    raw('agent_nodes', {});
    const node = { type: 'override_agent', label: 'Sales', conversation_config: { tts: { voice_id: 'otherVoice' } } };
    elevenLabs.changeAgent('agent_nodes', { workflow: { nodes: { node_1: node } } });

    const { agents, json } = await check({
      agent_ids: ['agent_silent', 'agent_archived', 'agent_nodes', 'agent_drafts'],
    });

    expect(agents).toEqual({
      agent_silent: ['attention record_voice'],
      agent_archived: ['problem archived'],
      agent_nodes: ['attention workflow'],
      agent_drafts: ['attention procedure_drafts'],
    });
    expect(JSON.stringify(json)).toMatch(/agent’s: Sales.*in these branches: Main\..*API key of a service account/);
  });

  it('given a key without scopes for the workspace, then that is said, and everything else is checked', async () => {
    for (const operation of ['listWebhooks', 'getConvaiSettings', 'getSubscription'] as const)
      elevenLabs.addFault({ operation, action: { kind: 'error', status: 401, code: 'missing_permissions' } });

    const { json, agents, workspace } = await check({ agent_ids: ['agent_1'] });

    expect(agents).toEqual({ agent_1: ['attention initiation_webhook', 'attention overlapping_calls'] });
    expect(workspace).toEqual(['attention workspace_settings', 'attention workspace_webhooks', 'attention plan']);
    expect(json).toMatchObject({ problems: 0 });
  });

  it('given an agent that ElevenLabs does not show, then that is a problem, and what was recorded stays', async () => {
    await check({ agent_ids: ['agent_1'] });
    elevenLabs.addFault({
      operation: 'getAgent',
      times: null,
      action: { kind: 'error', status: 401, code: 'missing_permissions' },
    });

    const { json, agents } = await check({ agent_ids: ['agent_1'] });

    expect(agents).toEqual({ agent_1: ['problem agent'] });
    expect(json).toMatchObject({ agents: [{ overrides: null }] });
    expect((await running.ledger())['SETUP#agent_1']).toMatchObject({ overrides: { voice: true } });
  });

  it('given what was found, then the log and the metrics count it, without a name of anything', async () => {
    await check({ agent_ids: ['agent_3cx'] });

    const lines = running.logs();
    expect(lines.findLast(({ event }) => event === 'setup_checked')).toMatchObject({
      agents: 1,
      problems: 4,
      about: 'voice_override first_message_override dynamic_variables post_call_webhook',
    });
    expect(lines).toContainEqual(expect.objectContaining({ Kind: 'dynamic_variables', SetupProblems: 1 }));
  });

  it.each([
    ['another type', { type: 'upload_request' }, /type: /],
    ['no agent in its list', { agent_ids: [] }, /agent_ids: /],
    ['21 agents', { agent_ids: Array.from({ length: 21 }, (_, n) => `agent_${n}`) }, /agent_ids: .*20/],
    ['a path as an agent', { agent_ids: ['../voices'] }, /agent_ids\.0: expected 1 to 128/],
  ])('given %s, then it is refused, and ElevenLabs is not asked', async (_given, fields, message) => {
    expect(await send(fields)).toMatchObject({
      status: 400,
      json: { error_code: 'INVALID_PAYLOAD', error_message: expect.stringMatching(message) },
    });
    expect(elevenLabs.state.requests).toEqual([]);
  });

  it('given no JSON, or no signature, then it is refused', async () => {
    const url = `${running.stack.url}/setup/check`;

    expect(await post(url, '{')).toMatchObject({ status: 400, json: { error_code: 'INVALID_JSON' } });
    expect(await post(url, '{}', { 'elevenlabs-signature': undefined })).toMatchObject({ status: 401 });
  });
});
