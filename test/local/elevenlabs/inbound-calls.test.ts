import { GetConversationResponseModel } from '@elevenlabs/elevenlabs-js/serialization/types/GetConversationResponseModel';
import type { AgentSeed } from '../../../local/elevenlabs/agents';
import type { ElevenLabsSimulator } from '../../../local/elevenlabs/elevenlabs-simulator';
import { expectViolations } from '../../support/elevenlabs';
import { type InitiationEndpoint, startEndpoint } from './initiation-endpoint';
import { agentId, ask, houseVoiceId, startSimulator } from './simulator-client';

const type = 'conversation_initiation_client_data';
const call = { agentId, callerNumber: '+31612345678', calledNumber: '+3120555010', provider: 'twilio' } as const;
const overrides = {
  enable_conversation_initiation_client_data_from_webhook: true,
  conversation_config_override: { tts: { voice_id: true }, agent: { first_message: true } },
};
let endpoint: InitiationEndpoint;
let simulator: ElevenLabsSimulator;

const start = async (seed: Partial<AgentSeed> = {}): Promise<void> => {
  const usual = { agentId, voiceId: houseVoiceId, firstMessage: 'Good day.', platformSettings: { overrides } };
  simulator = await startSimulator({ agents: [{ ...usual, ...seed }] });
  simulator.changeWorkspace({
    initiationWebhook: { url: endpoint.url, requestHeaders: { 'x-secret': { secretId: 'sec_1' }, 'x-tenant': 'a' } },
    secrets: { sec_1: 'the secret' },
  });
};

const restart = async (seed: Partial<AgentSeed>): Promise<void> => {
  await simulator.close();
  await start(seed);
};

beforeEach(async () => {
  endpoint = await startEndpoint();
  await start();
});
afterEach(async () => {
  await simulator.close();
  await endpoint.close();
});

const failsWith = async (mention: string | RegExp): Promise<void> => {
  const { conversation } = await simulator.startInboundCall(call);
  expect(conversation).toMatchObject({ status: 'failed', terminationReason: expect.stringMatching(mention) });
  expect(simulator.state.conversations).toEqual([conversation]);
};

describe('a call that comes in', () => {
  it('given a webhook with an answer, when posted, then the conversation goes on with that answer', async () => {
    const override = { tts: { voice_id: houseVoiceId }, agent: { first_message: 'Hi Ada.' } };
    const variables = { precall_known: true, precall_name: 'Ada' };
    endpoint.answering.body = { type, dynamic_variables: variables, conversation_config_override: override };

    const { status, json } = await ask(simulator, 'POST', '/_simulator/inbound-calls', call, {});
    const { conversationId, callSid } = json.conversation;
    const read = await ask(simulator, 'GET', `/v1/convai/conversations/${conversationId}`);

    expect(status).toBe(201);
    expect(json).toMatchObject({
      conversation: { status: 'in-progress', configOverride: override, dynamicVariables: variables },
      webhook: { status: 200, durationMs: expect.any(Number) },
    });
    expect(endpoint.asked).toEqual([
      {
        method: 'POST',
        headers: expect.objectContaining({
          'content-type': 'application/json',
          'x-secret': 'the secret',
          'x-tenant': 'a',
        }),
        body: {
          caller_id: call.callerNumber,
          called_number: call.calledNumber,
          agent_id: agentId,
          call_sid: callSid,
          conversation_id: conversationId,
        },
      },
    ]);
    expect(read.json).toMatchObject({
      metadata: {
        error: null,
        phone_call: { direction: 'inbound', external_number: call.callerNumber, agent_number: call.calledNumber },
      },
      conversation_initiation_client_data: {
        conversation_config_override: override,
        dynamic_variables: variables,
      },
    });
    const parsed = GetConversationResponseModel.parse(read.json, { unrecognizedObjectKeys: 'passthrough' });
    expect(parsed.ok ? [] : parsed.errors).toEqual([]);
  });

  it("given an agent's own webhook, when a call comes in, then that one is asked", async () => {
    const own = { url: `${endpoint.url}/own`, request_headers: { 'x-own': { secret_id: 'sec_1' } } };
    const platformSettings = {
      overrides,
      workspace_overrides: { conversation_initiation_client_data_webhook: own },
    };
    await restart({ platformSettings });

    const { webhook } = await simulator.startInboundCall(call);

    expect(webhook?.status).toBe(200);
    expect(endpoint.asked).toMatchObject([{ headers: { 'x-own': 'the secret' } }]);
    expect(endpoint.asked[0]!.headers).not.toHaveProperty('x-secret');
  });

  it('given an agent that does not ask, when a call comes in, then no webhook is asked and it goes on', async () => {
    await restart({ platformSettings: {} });

    const { conversation, webhook } = await simulator.startInboundCall(call);

    expect([conversation.status, webhook, endpoint.asked]).toEqual(['in-progress', null, []]);
  });

  it('given a slow webhook, when asked, then its conversation is initiated meanwhile and the time is told', async () => {
    endpoint.answering.delayMs = 120;

    const started = simulator.startInboundCall(call);
    const meanwhile = simulator.state.conversations.map(({ status }) => status);
    const { conversation, webhook } = await started;

    expect([meanwhile, conversation.status]).toEqual([['initiated'], 'in-progress']);
    expect(webhook?.durationMs).toBeGreaterThanOrEqual(119);
  });
});

describe('a call that comes in and cannot start', () => {
  it.each([401, 500, 302])('given status %i, when asked, then it fails and tells', async (status) => {
    endpoint.answering.status = status;

    const { conversation, webhook } = await simulator.startInboundCall(call);

    expect(conversation).toMatchObject({ status: 'failed', terminationReason: expect.stringContaining(`${status}`) });
    expect(webhook?.status).toBe(status);
    expect(endpoint.asked).toHaveLength(1);
  });

  it.each(['delayMs', 'pauseMs'] as const)(
    'given a webhook with %s, when its time is up, then it fails',
    async (key) => {
      simulator.changeSettings({ initiationTimeoutMs: 80 });
      endpoint.answering[key] = 20_000;

      const { conversation, webhook } = await simulator.startInboundCall(call);

      expect(conversation).toMatchObject({
        status: 'failed',
        terminationReason: 'The initiation webhook did not answer within 80 ms.',
      });
      expect(webhook).toEqual({ status: null, durationMs: expect.any(Number) });
      expect(webhook!.durationMs).toBeLessThan(20_000);
    },
  );

  it.each([
    ['no JSON', '{', /not valid/],
    ['no type', { dynamic_variables: {} }, /type/],
    ['an unknown key', { type, voice_id: houseVoiceId }, /voice_id/],
    ['an unknown override', { type, conversation_config_override: { agent: { voice: {} } } }, /voice/],
    ['a variable that is a list', { type, dynamic_variables: { names: ['Ada'] } }, /dynamic_variables\.names/],
    ["the system's variable", { type, dynamic_variables: { system__caller_id: '1' } }, /system__caller_id/],
    [
      'too many keywords',
      { type, conversation_config_override: { asr: { keywords: Array(51).fill('a') } } },
      /keywords/,
    ],
    ['a null in a field that is off', { type, conversation_config_override: { tts: { speed: null } } }, /'tts\.speed'/],
  ])(
    'given an answer with %s, when asked, then it fails, says so and is a violation',
    async (_given, body, mention) => {
      endpoint.answering.body = body;

      await failsWith(mention);
      expectViolations(simulator, /^Answer of /);
    },
  );

  it.each([
    ['a field that is off', { type, conversation_config_override: { agent: { language: 'nl' } } }, /'agent\.language'/],
    [
      'a voice of nobody',
      { type, conversation_config_override: { tts: { voice_id: 'gone' } } },
      /'gone'.*tts\.voice_id/,
    ],
    ['a starting node', { type, starting_workflow_node_id: 'node_1' }, /starting_workflow_node_id/],
    ['procedures', { type, procedure_ids: ['p_1'] }, /procedure_ids/],
  ])('given an answer with %s, when asked, then it fails and says so', async (_given, body, mention) => {
    endpoint.answering.body = body;

    await failsWith(mention);
  });

  it('given a variable of the agent, when the answer lacks it, then it fails, and with it, then it goes on', async () => {
    const placeholders = { visits: 3, system__time: '' };
    await restart({
      conversationConfig: { agent: { dynamic_variables: { dynamic_variable_placeholders: placeholders } } },
    });

    await failsWith("Missing required dynamic variable 'visits'.");
    endpoint.answering.body = { type, dynamic_variables: { visits: 0 } };

    expect((await simulator.startInboundCall(call)).conversation.status).toBe('in-progress');
  });

  it.each([
    ['no webhook', { initiationWebhook: null }, 'none is configured'],
    ['a secret that is gone', { secrets: {} }, 'no secret sec_1'],
    [
      'nobody at its address',
      { initiationWebhook: { url: 'http://127.0.0.1:1/', requestHeaders: {} } },
      'could not be',
    ],
  ])('given %s, when a call comes in, then it fails', async (_given, change, mention) => {
    simulator.changeWorkspace(change);

    await failsWith(mention);
  });

  it('given a failed one, when read, then the API tells why', async () => {
    endpoint.answering.status = 500;
    const { conversation } = await simulator.startInboundCall(call);
    const reason = 'The initiation webhook answered 500.';

    const { json } = await ask(simulator, 'GET', `/v1/convai/conversations/${conversation.conversationId}`);
    const list = (await ask(simulator, 'GET', '/v1/convai/conversations')).json;

    expect(json).toMatchObject({ status: 'failed', metadata: { termination_reason: reason, error: { reason } } });
    expect(list.conversations).toMatchObject([{ status: 'failed', termination_reason: reason }]);
  });

  it.each([
    [{ ...call, agentId: 'agent_nobody' }, 400, 'agent_nobody'],
    [{ ...call, provider: 'isdn' }, 422, 'provider'],
    [{ agentId }, 422, 'callerNumber'],
  ])('given %j, when posted, then it is refused and there is no conversation', async (body, expected, mention) => {
    const { status, json } = await ask(simulator, 'POST', '/_simulator/inbound-calls', body, {});

    expect([status, json.error]).toEqual([expected, expect.stringContaining(mention)]);
    expect(simulator.state.conversations).toEqual([]);
  });

  it('given a webhook under way, when the simulator is closed, then the call fails at once', async () => {
    endpoint.answering.delayMs = 2000;
    const started = simulator.startInboundCall(call);

    await simulator.close();

    expect((await started).conversation).toMatchObject({ status: 'failed' });
  });
});
