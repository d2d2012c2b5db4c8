import { readPreCallEvent, readPreCallMetadata } from '../../lambdas/voices/pre-call/pre-call-event';

const event = {
  type: 'pre_call',
  event_timestamp: 1_702_425_485,
  conversation_id: 'conv_abc123xyz',
  agent_id: 'agent_def456uvw',
  caller_metadata: { name: 'Ivan', date_of_birth: '11.12.2007', phone_number: '+31600000000' },
  voice_sample: { format: 'base64', data: 'UklGRg==', duration_seconds: 5.2, sample_rate: 44_100 },
};
const changed = (fields: object) => ({ ...event, ...fields });

describe('readPreCallEvent', () => {
  it.each([
    ['everything', event],
    ['unknown fields', changed({ more: 1, caller_metadata: { name: 'Ivan', more: [] } })],
    ['nulls where they are allowed', changed({ event_timestamp: null, caller_metadata: null })],
    ['nulls within', changed({ caller_metadata: { name: null, date_of_birth: null, phone_number: null } })],
    ['no optional field', { ...event, event_timestamp: undefined, caller_metadata: undefined }],
    ['a timestamp as text', changed({ event_timestamp: '1702425485' })],
    ['a duration as text', changed({ voice_sample: { ...event.voice_sample, duration_seconds: '5.2' } })],
    ['a sample without claims', changed({ voice_sample: { format: 'base64', data: 'UklGRg==', sample_rate: null } })],
  ])('given %s, when read, then it is valid', (_given, json) => {
    expect(readPreCallEvent(json)).toMatchObject({ ok: true, event: { conversation_id: 'conv_abc123xyz' } });
  });

  it.each([
    ['null', null, 'body'],
    ['an array', [event], 'body'],
    ['a number', 7, 'body'],
    ['a text', 'pre_call', 'body'],
    ['an empty object', {}, 'type'],
    ['another type', changed({ type: 'upload_request' }), 'type'],
    ['no conversation id', changed({ conversation_id: undefined }), 'conversation_id'],
    ['a conversation id of another kind', changed({ conversation_id: 5 }), 'conversation_id'],
    ['a path as conversation id', changed({ conversation_id: '../x' }), 'conversation_id'],
    ['an endless conversation id', changed({ conversation_id: 'c'.repeat(129) }), 'conversation_id'],
    ['a conversation id that every object has', changed({ conversation_id: 'constructor' }), 'conversation_id'],
    ['an endless name', changed({ caller_metadata: { name: 'x'.repeat(257) } }), 'caller_metadata.name'],
    ['no agent id', changed({ agent_id: undefined }), 'agent_id'],
    ['a path as agent id', changed({ agent_id: 'a/../b' }), 'agent_id'],
    ['caller metadata as text', changed({ caller_metadata: 'Ivan' }), 'caller_metadata'],
    ['caller metadata as array', changed({ caller_metadata: [] }), 'caller_metadata'],
    ['a name that is a number', changed({ caller_metadata: { name: 5 } }), 'caller_metadata.name'],
    ['no sample', changed({ voice_sample: undefined }), 'voice_sample'],
    ['a null sample', changed({ voice_sample: null }), 'voice_sample'],
    ['another sample format', changed({ voice_sample: { format: 'hex', data: 'ff' } }), 'voice_sample.format'],
    ['sample data as bytes', changed({ voice_sample: { format: 'base64', data: [1] } }), 'voice_sample.data'],
    ['an empty sample', changed({ voice_sample: { format: 'base64', data: '' } }), 'voice_sample.data'],
  ])('given %s, when read, then the field at fault is named', (_given, json, field) => {
    const reading = readPreCallEvent(json);

    expect(reading).toMatchObject({ ok: false, problem: expect.stringContaining(`${field}: `) });
  });

  it('given a fault, when read, then nothing that the caller said is quoted', () => {
    const reading = readPreCallEvent(changed({ type: 'Ivan', agent_id: 'Ivan!', caller_metadata: { name: ['Ivan'] } }));

    expect(JSON.stringify(reading)).not.toContain('Ivan');
  });

  it('given a fault beside a readable conversation id, when read, then the id is told', () => {
    expect(readPreCallEvent(changed({ agent_id: 5 }))).toMatchObject({ conversationId: 'conv_abc123xyz' });
    expect(readPreCallEvent(changed({ conversation_id: '../' }))).toMatchObject({ conversationId: undefined });
  });
});

describe('readPreCallMetadata', () => {
  it('given the event without its sample, when read, then it is valid', () => {
    expect(readPreCallMetadata({ ...event, voice_sample: undefined })).toMatchObject({ ok: true });
  });
});
