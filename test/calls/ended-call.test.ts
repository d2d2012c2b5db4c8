import { endedCall } from '../../lambdas/calls/ended-call';
import type { CallEndEvent } from '../../lambdas/calls/post-call-event';
import { eventIn, failureOf, flatCallIn, payload, transcriptionOf } from './payloads';

const dialled = (body: object) => endedCall(failureOf({ metadata: { type: 'x', body } })).callerIdentifiers[0];
const withVariables = (dynamic_variables: unknown) => ({ conversation_initiation_client_data: { dynamic_variables } });
const [us, them] = ['+12025550143', '+31612345678'];

describe('endedCall', () => {
  it.each([
    [
      'transcription',
      {
        conversationId: 'conv_7k2m9x4b1f5z',
        precallConversationId: 'conv_abc123xyz',
        callerIdentifiers: [them],
        startedAtS: 1_795_232_280,
      },
    ],
    ['failure-sip', { conversationId: 'conv_3h8sipbusy01', callerIdentifiers: [them], startedAtS: 1_795_232_500 }],
    ['failure-twilio', { conversationId: 'conv_5t1noanswer01', callerIdentifiers: [them], startedAtS: 1_795_232_585 }],
  ] as const)('given the sample %s, when asked what has ended, then it is told', (name, expected) => {
    expect(endedCall(eventIn(payload(name)) as CallEndEvent)).toEqual({
      precallConversationId: undefined,
      agentIds: ['agent_def456uvw'],
      ...expected,
    });
  });

  it('given the flat form, when asked what has ended, then its variable tells', () => {
    expect(endedCall(flatCallIn(payload('flat')))).toEqual({
      conversationId: undefined,
      precallConversationId: 'conv_abc123xyz',
      agentIds: ['agent_def456uvw'],
      callerIdentifiers: [],
      startedAtS: undefined,
    });
  });

  it('given a flat call under a conversation id, when asked what has ended, then it is that conversation', () => {
    expect(endedCall(flatCallIn({ call_id: 'conv_1' }))).toMatchObject({
      conversationId: 'conv_1',
      agentIds: [],
    });
    expect(endedCall(flatCallIn({ call_id: '__proto__' }))).toMatchObject({ conversationId: undefined });
  });

  it.each([
    ['nothing', {}],
    ['null variables', withVariables(null)],
    ['variables as list', withVariables(['conv_1'])],
    ['a path', withVariables({ precall_conversation_id: '../x' })],
    ['a number', withVariables({ precall_conversation_id: 5 })],
    ['one in the prototype', withVariables(JSON.parse('{"__proto__":{"precall_conversation_id":"conv_2"}}'))],
  ])('given %s for the pre-call, when asked what has ended, then the pre-call is not told', (_given, data) => {
    expect(endedCall(transcriptionOf(data))).toEqual({
      conversationId: 'conv_1',
      precallConversationId: undefined,
      agentIds: ['agent_1'],
      callerIdentifiers: [],
      startedAtS: undefined,
    });
  });

  it('given a failed call that a pre-call came before, when asked what has ended, then the pre-call is told', () => {
    const event = failureOf(withVariables({ precall_conversation_id: 'conv_2' }));

    expect(endedCall(event)).toMatchObject({ precallConversationId: 'conv_2' });
  });

  it.each([
    ['Twilio, outbound', { Direction: 'outbound-api', From: us, To: them }, them],
    ['Twilio, inbound', { Direction: 'inbound', From: them, To: us }, them],
    ['Twilio, no direction', { From: us, To: them }, them],
    ['SIP', { from_number: us, to_number: them }, them],
    ['SIP, inbound', { direction: 'Inbound', from_number: them, to_number: us }, them],
    ['SIP, as JSON numbers', { from_number: 12_025_550_143, to_number: 31_612_345_678 }, '31612345678'],
    ['late 2025, without numbers', { sip_status_code: 486 }, undefined],
    ['another provider', { fromNumber: us, called_number: them }, them],
    ['another provider, inbound', { direction: 'inbound', caller_id: them, to: us }, them],
    ['wrong types', { to_number: {}, To: [], Direction: 5 }, undefined],
  ])('given the numbers of %s, when asked who was called, then it is the other side', (_given, body, expected) => {
    expect(dialled(body)).toBe(expected);
  });
});

describe('the external number of a transcription', () => {
  const numberIn = (data: object) => endedCall(transcriptionOf({ ...data })).callerIdentifiers[0];

  it.each([
    ['a JSON number', 31_612_345_678, '31612345678'],
    ['blanks around it', ' +31612345678\n', '+31612345678'],
    ['null', null, undefined],
    ['an empty text', ' ', undefined],
    ['an endless text', '1'.repeat(257), undefined],
    ['a fraction', 1.5, undefined],
    ['an object', {}, undefined],
  ])('given %s, when read, then the usable part is returned', (_given, external_number, expected) => {
    expect(numberIn({ metadata: { phone_call: { external_number } } })).toBe(expected);
  });

  it.each([[{}], [{ metadata: null }], [{ metadata: { phone_call: [] } }]])(
    'given %j, when read, then there is none',
    (data) => {
      expect(numberIn(data)).toBeUndefined();
    },
  );
});

describe('the start of a transcription', () => {
  it.each([
    [1_795_232_280, 1_795_232_280],
    [1_795_232_280_500, 1_795_232_280.5],
    ['1795232280', 1_795_232_280],
    ['2026-11-21T03:38:00Z', 1_795_232_280],
    ['yesterday', undefined],
    [null, undefined],
  ])('given %j, when read, then it is %j in unix seconds', (start_time_unix_secs, startedAtS) => {
    expect(endedCall(transcriptionOf({ metadata: { start_time_unix_secs } })).startedAtS).toBe(startedAtS);
  });
});

describe('user ids of digits', () => {
  const namesIn = (data: object) => endedCall(transcriptionOf({ ...data })).callerIdentifiers;
  const from = (conversation_initiation_source: string, user_id: unknown) =>
    namesIn({ user_id, metadata: { conversation_initiation_source } });

  it.each(['zendesk_integration', 'slack_integration', 'telegram_integration', 'salesforce_integration', 'widget'])(
    'given %s, when read, then digits are an account, not a phone number',
    (source) => {
      expect(from(source, '31612345678')).toEqual([]);
      expect(from(source, 31_612_345_678)).toEqual([]);
      expect(from(source, '+31612345678')).toEqual(['+31612345678']);
      expect(from(source, 'a'.repeat(64))).toEqual(['a'.repeat(64)]);
    },
  );

  it.each(['twilio', 'sip_trunk', 'whatsapp', 'unknown'])(
    'given %s, when read, then digits may be a phone number',
    (source) => {
      expect(from(source, '31612345678')).toEqual(['31612345678']);
    },
  );

  it('given a new channel, when read, then only its phone numbers may be without a plus', () => {
    expect(namesIn({ metadata: { telegram: { telegram_user_id: '31612345678' } } })).toEqual([]);
    expect(namesIn({ metadata: { telegram: { telegram_user_id: '+31612345678' } } })).toEqual(['+31612345678']);
    expect(namesIn({ metadata: { rcs: { rcs_user_phone_number: '31612345678' } } })).toEqual(['31612345678']);
    expect(namesIn({ metadata: { whatsapp: { whatsapp_user_id: '31612345678' } } })).toEqual(['31612345678']);
  });
});
