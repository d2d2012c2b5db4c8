import { GetConvAiSettingsResponseModel } from '@elevenlabs/elevenlabs-js/serialization/types/GetConvAiSettingsResponseModel';
import { SipTrunkOutboundCallResponse } from '@elevenlabs/elevenlabs-js/serialization/types/SipTrunkOutboundCallResponse';
import { TwilioOutboundCallResponse } from '@elevenlabs/elevenlabs-js/serialization/types/TwilioOutboundCallResponse';
import { WorkspaceWebhookListResponseModel } from '@elevenlabs/elevenlabs-js/serialization/types/WorkspaceWebhookListResponseModel';
import { startStandIn, type StandIn } from './elevenlabs-stand-in';

const apiKey = 'key-of-the-test';
const agent = { agentId: 'agent_1', voiceId: 'house_voice', firstMessage: 'Good day.' };
const request = { agent_id: 'agent_1', agent_phone_number_id: 'phnum_1', to_number: '+31612345678' };
let standIn: StandIn;

beforeEach(async () => {
  standIn = await startStandIn({
    apiKey,
    agents: [
      agent,
      { ...agent, agentId: 'agent_2', allows: { voiceId: true, firstMessage: true, maxDuration: true } },
      { ...agent, agentId: 'agent_3', allows: { initiationWebhook: true } },
    ],
    voices: [{ voiceId: 'house_voice', name: 'House', category: 'premade' }],
  });
});
afterEach(() => standIn.close());

const get = async (path: string) => {
  const response = await fetch(standIn.url + path, { headers: { 'xi-api-key': apiKey } });
  return { status: response.status, json: (await response.json()) as Record<string, unknown> };
};

const call = async (transport: 'twilio' | 'sip-trunk', body: object) => {
  const response = await fetch(`${standIn.url}/v1/convai/${transport}/outbound-call`, {
    method: 'POST',
    headers: { 'xi-api-key': apiKey, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, json: (await response.json()) as Record<string, string> };
};

const loosely = { unrecognizedObjectKeys: 'passthrough' } as const;
const withOverride = (conversation_config_override: object, agent_id = 'agent_2') => ({
  ...request,
  agent_id,
  conversation_initiation_client_data: { conversation_config_override },
});

describe('outbound calls of the stand-in', () => {
  it.each([
    ['twilio', 'twilio', /^CA\w{32}$/, 'callSid', TwilioOutboundCallResponse],
    ['sip-trunk', 'sip_trunk', /^SCL_\w{12}$/, 'sip_call_id', SipTrunkOutboundCallResponse],
  ] as const)('given a call over %s, when placed, then it is kept as %s', async (path, transport, id, key, schema) => {
    const body = {
      ...withOverride({
        tts: { voice_id: 'house_voice' },
        agent: { first_message: 'Hi.' },
        conversation: { max_duration_seconds: 60 },
      }),
      telephony_call_config: { ringing_timeout_secs: 30 },
    };

    const { status, json } = await call(path, body);

    expect(status).toBe(200);
    expect(json).toMatchObject({ success: true, conversation_id: expect.stringMatching(/^conv_\w{28}$/) as string });
    expect(json[key]).toMatch(id);
    expect(schema.parse(json, loosely).ok).toBe(true);
    const conversationId = json['conversation_id']!;
    expect(standIn.calls).toEqual([{ transport, agentId: 'agent_2', toNumber: request.to_number, conversationId }]);
    expect(standIn.conversations.get(conversationId)).toMatchObject({ status: 'initiated' });
    expect(standIn.violations).toEqual([]);
  });

  it.each([
    ['a voice that is off', { tts: { voice_id: 'house_voice' } }, 'agent_1'],
    ['a first message that is off', { agent: { first_message: 'Hi.' } }, 'agent_1'],
    ['a duration that is off', { conversation: { max_duration_seconds: 60 } }, 'agent_1'],
    ['a voice that is gone', { tts: { voice_id: 'gone' } }, 'agent_2'],
  ])('given %s, when placed, then the answer is the same and the conversation failed', async (_given, override, id) => {
    const { status, json } = await call('sip-trunk', withOverride(override, id));

    expect([status, json['success']]).toEqual([200, true]);
    expect(standIn.conversations.get(json['conversation_id']!)).toMatchObject({ status: 'failed' });
  });

  it('given an agent that does not exist, when placed, then 404 and no call', async () => {
    const { status, json } = await call('twilio', { ...request, agent_id: 'nobody' });

    expect(status).toBe(404);
    expect(json).toMatchObject({ detail: { code: 'agent_not_found' } });
    expect(standIn.calls).toEqual([]);
  });

  it.each([
    ['no number', { ...request, to_number: undefined }, /to_number/],
    ['a naive number', { ...request, from_number: '+1' }, /from_number/],
    ['an unknown override', withOverride({ agent: { voice: {} } }), /voice/],
    ['an empty message', withOverride({ agent: { first_message: '' } }), /first_message/],
    ['a null voice', withOverride({ tts: { voice_id: null } }), /voice_id/],
    ['a type', { ...request, conversation_initiation_client_data: { type: 'x' } }, /type/],
    [
      "the system's variable",
      { ...request, conversation_initiation_client_data: { dynamic_variables: { system__time: '' } } },
      /system__time/,
    ],
  ])('given %s, when placed, then it is a violation and no call', async (_given, body, mention) => {
    const { status } = await call('sip-trunk', body);

    expect(status).toBe(418);
    expect(standIn.violations.join(' ')).toMatch(mention);
    expect(standIn.calls).toEqual([]);
  });
});

describe('the workspace of the stand-in', () => {
  const webhook = { webhookId: 'wh_1', name: 'Ends', url: 'https://precall.example.com/webhook/postcall' };
  const failing = { isDisabled: true, isAutoDisabled: true, lastFailure: { status: 503, atUnix: 1_795_232_280 } };

  it('given webhooks, when listed, then they are as the SDK takes them, with usage when asked for', async () => {
    standIn.webhooks.push(
      { ...webhook, isDisabled: false, isAutoDisabled: false, lastFailure: null },
      { ...webhook, webhookId: 'wh_2', ...failing },
    );
    standIn.settings.postCallWebhookId = 'wh_1';

    const plain = await get('/v1/workspace/webhooks');
    const used = await get('/v1/workspace/webhooks?include_usages=true');

    expect(plain.json['webhooks']).toMatchObject([
      { webhook_id: 'wh_1', is_disabled: false, most_recent_failure_error_code: null, usage: null },
      { webhook_id: 'wh_2', is_auto_disabled: true, most_recent_failure_error_code: 503, usage: null },
    ]);
    expect(used.json['webhooks']).toMatchObject([{ usage: [{ usage_type: 'ConvAI Settings' }] }, { usage: [] }]);
    for (const { json } of [plain, used])
      expect(WorkspaceWebhookListResponseModel.parse(json, loosely)).toMatchObject({ ok: true });
    expect(standIn.violations).toEqual([]);
  });

  it('given settings, when read before and after, then the SDK takes both', async () => {
    const before = await get('/v1/convai/settings');
    Object.assign(standIn.settings, {
      postCallWebhookId: 'wh_1',
      events: ['transcript', 'audio'],
      transcriptFormat: 'json',
      initiationWebhook: { url: webhook.url, request_headers: { 'x-secret': { secret_id: 'sec_1' } } },
    });
    const after = await get('/v1/convai/settings');

    expect(before.json).toMatchObject({
      conversation_initiation_client_data_webhook: null,
      webhooks: { post_call_webhook_id: null, events: [], transcript_format: null },
    });
    expect(after.json).toMatchObject({
      conversation_initiation_client_data_webhook: { request_headers: { 'x-secret': { secret_id: 'sec_1' } } },
      webhooks: { post_call_webhook_id: 'wh_1', events: ['transcript', 'audio'], transcript_format: 'json' },
    });
    for (const { json } of [before, after])
      expect(GetConvAiSettingsResponseModel.parse(json, loosely)).toMatchObject({ ok: true });
    expect(standIn.violations).toEqual([]);
  });

  it.each([
    '/v1/convai/settings?full=true',
    '/v1/workspace/webhooks?include_usages=1',
    '/v1/workspace/webhooks?page=2',
  ])('given %s, when asked, then it is a violation', async (path) => {
    expect((await get(path)).status).toBe(418);
    expect(standIn.violations).toHaveLength(1);
  });

  it('given agents with and without permissions, when read, then the body shows them', async () => {
    const overridesOf = async (id: string) => {
      const { json } = await get(`/v1/convai/agents/${id}`);
      return (json['platform_settings'] as { overrides: unknown }).overrides;
    };
    const fields = (value: boolean) => ({
      agent: { first_message: value },
      tts: { voice_id: value },
      conversation: { max_duration_seconds: value },
    });

    const [none, all, webhookOnly] = [
      await overridesOf('agent_1'),
      await overridesOf('agent_2'),
      await overridesOf('agent_3'),
    ];

    const switchName = 'enable_conversation_initiation_client_data_from_webhook';
    expect(none).toMatchObject({ conversation_config_override: fields(false), [switchName]: false });
    expect(all).toMatchObject({ conversation_config_override: fields(true), [switchName]: false });
    expect(webhookOnly).toMatchObject({ conversation_config_override: fields(false), [switchName]: true });
  });
});
