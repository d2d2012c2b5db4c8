import { preCallEvent, withSamples } from '../../cli/pre-call-event';

const noFlags = {
  name: undefined,
  number: undefined,
  consent: undefined,
  agentId: undefined,
  conversationId: undefined,
};
const defaults = { nowS: 1_800_000_000, conversationId: 'conv_fresh', agentId: 'agent_default' };

describe('preCallEvent', () => {
  it('given no payload and no flags, when made, then it is a new event', () => {
    expect(preCallEvent(undefined, noFlags, defaults)).toEqual({
      type: 'pre_call',
      event_timestamp: 1_800_000_000,
      conversation_id: 'conv_fresh',
      agent_id: 'agent_default',
    });
  });

  it('given a payload with an id and a time, when made, then they are kept', () => {
    const payload = { type: 'pre_call', conversation_id: 'conv_own', event_timestamp: 1, extra: true };

    expect(preCallEvent(payload, noFlags, defaults)).toEqual(payload);
  });

  it('given a payload that lacks them, when made, then it gets an id and a time, and nothing else', () => {
    expect(preCallEvent({ type: 'other' }, noFlags, defaults)).toEqual({
      type: 'other',
      event_timestamp: 1_800_000_000,
      conversation_id: 'conv_fresh',
    });
  });

  it('given flags, when made, then they win over the payload', () => {
    const payload = { conversation_id: 'conv_own', agent_id: 'agent_own', caller_metadata: { name: 'Ivan', a: 1 } };
    const consent = { given_at: 1, source: 'operator', text_version: '2026-10' };
    const flags = { name: 'Ada', number: '+31612345678', agentId: 'agent_flag', conversationId: 'conv_flag', consent };

    expect(preCallEvent(payload, flags, defaults)).toEqual({
      event_timestamp: 1_800_000_000,
      conversation_id: 'conv_flag',
      agent_id: 'agent_flag',
      caller_metadata: { name: 'Ada', phone_number: '+31612345678', a: 1 },
      consent,
    });
  });
});

describe('withSamples', () => {
  const event = { type: 'pre_call', voice_sample: { data: 'old' }, voice_samples: [{ data: 'old' }] };

  it.each([
    ['none', [], { type: 'pre_call' }],
    ['one', [{ data: 'a' }], { type: 'pre_call', voice_sample: { data: 'a' } }],
    ['two', [{ data: 'a' }, { data: 'b' }], { type: 'pre_call', voice_samples: [{ data: 'a' }, { data: 'b' }] }],
  ])('given %s, when put in, then the old ones are gone', (_given, samples, expected) => {
    expect(withSamples(event, samples)).toEqual(expected);
  });
});
