import { setTimeout as pause } from 'node:timers/promises';
import type { ElevenLabsSimulator } from '../../../local/elevenlabs/elevenlabs-simulator';
import { expectViolations } from '../../support/elevenlabs';
import { until } from '../../support/eventually';
import { agentId, ask, houseVoiceId, startSimulator } from './simulator-client';

const request = { agent_id: agentId, agent_phone_number_id: 'phnum_1', to_number: '+31612345678' };
let simulator: ElevenLabsSimulator;

beforeEach(async () => {
  simulator = await startSimulator();
});
afterEach(() => simulator.close());

const callWith = (data?: object) =>
  ask(simulator, 'POST', '/v1/convai/sip-trunk/outbound-call', {
    ...request,
    ...(data !== undefined && { conversation_initiation_client_data: data }),
  });
const override = (conversation_config_override: object) => callWith({ conversation_config_override });
const onlyConversation = () => simulator.state.conversations[0]!;
const setAgent = (body: object) => ask(simulator, 'PATCH', `/v1/convai/agents/${agentId}`, body);
const permit = (conversation_config_override: object) =>
  setAgent({ platform_settings: { overrides: { conversation_config_override } } });

const fields: [string, object, object][] = [
  ['tts.voice_id', { tts: { voice_id: houseVoiceId } }, { tts: { voice_id: true } }],
  ['tts.stability', { tts: { stability: 0.4 } }, { tts: { stability: true } }],
  ['agent.first_message', { agent: { first_message: '' } }, { agent: { first_message: true } }],
  ['agent.prompt.llm', { agent: { prompt: { llm: 'gpt-4o' } } }, { agent: { prompt: { llm: true } } }],
  [
    'conversation.max_duration_seconds',
    { conversation: { max_duration_seconds: 60 } },
    { conversation: { max_duration_seconds: true } },
  ],
];

describe('an outbound call with overrides', () => {
  it.each(fields)('given %s is off, when overridden, then 200 with ids, and it has failed', async (field, config) => {
    const { status, json } = await override(config);
    if (field === 'agent.first_message') expectViolations(simulator, /agent\.first_message: Leave out/);

    expect([status, json.success]).toEqual([200, true]);
    expect(json).toMatchObject({ conversation_id: expect.any(String), sip_call_id: expect.any(String) });
    expect(onlyConversation()).toMatchObject({
      conversationId: json.conversation_id,
      status: 'failed',
      terminationReason: `Override for field '${field}' is not allowed by config.`,
    });
  });

  it.each(fields)(
    'given %s is on, when overridden, then it is initiated with it',
    async (field, config, permission) => {
      await permit(permission);

      await override(config);
      if (field === 'agent.first_message') expectViolations(simulator, /agent\.first_message: Leave out/);

      expect(onlyConversation()).toMatchObject({
        status: 'initiated',
        terminationReason: null,
        configOverride: config,
      });
    },
  );

  it('given two fields that are off, when overridden, then both are named', async () => {
    await override({ tts: { voice_id: houseVoiceId }, agent: { language: 'nl' } });

    expect(onlyConversation().terminationReason).toMatch(/'tts\.voice_id'.*'agent\.language'/);
  });

  it.each(['yes', 1, null])('given a permission of %j, when overridden, then it is none', async (value) => {
    await permit({ agent: { first_message: value } });

    await override({ agent: { first_message: 'Hi.' } });

    expect(onlyConversation().status).toBe('failed');
  });

  it('given keywords, when overridden, then they are ignored', async () => {
    await override({ asr: { keywords: ['Precall'] } });

    expect(onlyConversation().status).toBe('initiated');
  });

  it('given a voice that does not exist, when overridden, then it has failed', async () => {
    await permit({ tts: { voice_id: true } });

    const { status } = await override({ tts: { voice_id: 'gone' } });

    expect(status).toBe(200);
    expect(onlyConversation()).toMatchObject({
      status: 'failed',
      terminationReason: "The voice 'gone' of the field 'tts.voice_id' does not exist.",
    });
  });

  it('given an override that no field has, when sent, then 422 names it', async () => {
    const { status, json } = await override({ agent: { voice: { voice_id: houseVoiceId } } });

    expect(status).toBe(422);
    expectViolations(simulator, /agent\.voice: Not a documented field/);
    expect(json.detail).toMatchObject([
      { loc: ['body', 'conversation_initiation_client_data', 'conversation_config_override', 'agent', 'voice'] },
    ]);
    expect(simulator.state.outboundCalls).toEqual([]);
  });
});

describe('an outbound call to an agent with variables of its own', () => {
  beforeEach(async () => {
    const dynamic_variables = { dynamic_variable_placeholders: { name: 'nobody', visits: 1 } };
    await setAgent({ conversation_config: { agent: { dynamic_variables } } });
  });

  it('given one is left out, when called, then it has failed and the reason names it', async () => {
    await callWith({ dynamic_variables: { name: 'Ada' } });

    expect(onlyConversation()).toMatchObject({
      status: 'failed',
      terminationReason: "Missing required dynamic variable 'visits'.",
      dynamicVariables: { name: 'Ada' },
    });
  });

  it('given no data at all, when called, then it has failed', async () => {
    await callWith();

    expect(onlyConversation().terminationReason).toMatch(/'name'.*'visits'/);
  });

  it('given all and more, when called, then it is initiated', async () => {
    await callWith({ dynamic_variables: { name: '', visits: 0, precall_conversation_id: 'conv_0' } });

    expect(onlyConversation().status).toBe('initiated');
  });
});

describe('an outbound call that ends by itself', () => {
  it('given a time, when it has passed, then it is done, and a failed one stays failed', async () => {
    simulator.changeSettings({ outboundCallEndsAfterMs: 2_000 });
    await callWith();
    await override({ agent: { first_message: 'Hi.' } });
    const before = simulator.state.conversations.map(({ status }) => status);

    await until(() => simulator.state.conversations[0]?.status === 'done');

    expect(before).toEqual(['initiated', 'failed']);
    expect(simulator.state.conversations).toMatchObject([{ status: 'done', durationS: 2 }, { status: 'failed' }]);
  });

  it('given no time, when time passes, then it goes on', async () => {
    await callWith();
    await pause(60);

    expect(onlyConversation().status).toBe('initiated');
  });

  it('given a reset meanwhile, when its time has come, then nothing happens', async () => {
    simulator.changeSettings({ outboundCallEndsAfterMs: 40 });
    await callWith();
    simulator.reset();
    await pause(80);

    expect(simulator.state.conversations).toEqual([]);
  });
});
