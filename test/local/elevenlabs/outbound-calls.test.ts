import { SipTrunkOutboundCallResponse } from '@elevenlabs/elevenlabs-js/serialization/types/SipTrunkOutboundCallResponse';
import { TwilioOutboundCallResponse } from '@elevenlabs/elevenlabs-js/serialization/types/TwilioOutboundCallResponse';
import type { ElevenLabsSimulator } from '../../../local/elevenlabs/elevenlabs-simulator';
import { expectViolations } from '../../support/elevenlabs';
import { agentId, ask, houseVoiceId, startSimulator } from './simulator-client';

const paths = { twilio: '/v1/convai/twilio/outbound-call', sip_trunk: '/v1/convai/sip-trunk/outbound-call' };
const request = { agent_id: agentId, agent_phone_number_id: 'phnum_1', to_number: '+31612345678' };
const schemas = { twilio: TwilioOutboundCallResponse, sip_trunk: SipTrunkOutboundCallResponse };
const initiation = {
  dynamic_variables: { precall_conversation_id: 'conv_0' },
  conversation_config_override: { tts: { voice_id: houseVoiceId }, agent: { first_message: 'Hi.' } },
};
let simulator: ElevenLabsSimulator;

beforeEach(async () => {
  const platformSettings = {
    overrides: { conversation_config_override: { tts: { voice_id: true }, agent: { first_message: true } } },
  };
  simulator = await startSimulator({
    agents: [{ agentId, voiceId: houseVoiceId, firstMessage: 'Good day.', platformSettings }],
  });
});
afterEach(() => simulator.close());

describe.each([
  ['twilio', 'callSid', /^CA[0-9a-f]{32}$/],
  ['sip_trunk', 'sip_call_id', /^SCL_\w{12}$/],
] as const)('POST an outbound call over %s', (provider, sidKey, sid) => {
  const call = (body: unknown = request) => ask(simulator, 'POST', paths[provider], body);

  it('given a full request, when sent, then the call is kept and its conversation is initiated', async () => {
    const body = { ...request, conversation_initiation_client_data: initiation };

    const { status, json } = await call(body);
    const conversation = await ask(simulator, 'GET', `/v1/convai/conversations/${json.conversation_id}`);

    expect(status).toBe(200);
    expect(json).toMatchObject({ success: true, [sidKey]: expect.stringMatching(sid) });
    expect(schemas[provider].parse(json, { unrecognizedObjectKeys: 'passthrough' }).ok).toBe(true);
    expect(simulator.state.outboundCalls).toEqual([
      {
        at: expect.any(String),
        provider,
        agentId,
        agentPhoneNumberId: 'phnum_1',
        toNumber: request.to_number,
        conversationId: json.conversation_id,
        callSid: json[sidKey],
        request: body,
      },
    ]);
    expect(conversation.json).toMatchObject({
      status: 'initiated',
      metadata: { phone_call: { direction: 'outbound', external_number: request.to_number, call_sid: json[sidKey] } },
      conversation_initiation_client_data: initiation,
    });
    expect(simulator.state.requests[0]).toMatchObject({ id: json.conversation_id, status: 200 });
  });

  it('given calls that do not come about, when sent, then 200 without success, without ids and without conversation', async () => {
    simulator.changeSettings({ outboundCallsSucceed: false });

    const { status, json } = await call();

    expect(status).toBe(200);
    expect(json).toMatchObject({ success: false, conversation_id: null, [sidKey]: null });
    expect(simulator.state.outboundCalls).toMatchObject([{ conversationId: null, callSid: null }]);
    expect(simulator.state.conversations).toEqual([]);
  });

  it.each(['before', 'after'] as const)(
    'given a reset %s the effect, when sent, then the state tells',
    async (effect) => {
      simulator.addFault({ operation: '*', effect, action: { kind: 'reset' } });

      await expect(call()).rejects.toThrow('fetch failed');

      const expected = effect === 'after' ? 1 : 0;
      expect([simulator.state.outboundCalls.length, simulator.state.conversations.length]).toEqual([
        expected,
        expected,
      ]);
    },
  );

  it('given the same request twice, when sent, then there are two calls', async () => {
    const [first, second] = [await call(), await call()];

    expect(first.json.conversation_id).not.toBe(second.json.conversation_id);
    expect(simulator.state.outboundCalls).toHaveLength(2);
  });

  it.each([
    ['no number', { ...request, to_number: undefined }, ['to_number']],
    ['an unknown field', { ...request, from_number: '+1' }, ['from_number']],
    [
      "the response's type in the data",
      { ...request, conversation_initiation_client_data: { type: 'conversation_initiation_client_data' } },
      ['conversation_initiation_client_data', 'type'],
    ],
    ['a list', [request], []],
  ])('given %s, when sent, then 422 says so and nothing happens', async (_given, body, loc) => {
    const { status, json } = await call(body);

    expect(status).toBe(422);
    expectViolations(simulator, `: ${['body', ...loc].join('.')}: `);
    expect(json.detail[0].loc).toEqual(['body', ...loc]);
    expect(simulator.state.outboundCalls).toEqual([]);
  });

  it('given an agent that does not exist, when sent, then 404', async () => {
    const { status, json } = await call({ ...request, agent_id: 'agent_nobody' });

    expect([status, json.detail.code]).toEqual([404, 'agent_not_found']);
  });

  it('given calls, when reset, then there are none', async () => {
    await call();

    simulator.reset();

    expect([simulator.state.outboundCalls, simulator.state.conversations]).toEqual([[], []]);
  });
});

describe('a recording of calls', () => {
  it('given Twilio alone records, when asked of a SIP trunk, then 422', async () => {
    const body = { ...request, call_recording_enabled: true };

    const replies = [
      await ask(simulator, 'POST', paths.twilio, body),
      await ask(simulator, 'POST', paths.sip_trunk, body),
    ];

    expect(replies.map(({ status }) => status)).toEqual([200, 422]);
    expectViolations(simulator, /sip-trunk.*call_recording_enabled/);
  });
});
