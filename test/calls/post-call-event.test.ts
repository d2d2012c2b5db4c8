import { readPostCallBody } from '../../lambdas/calls/post-call-event';
import { eventIn, payload } from './payloads';

const data = { conversation_id: 'conv_1', agent_id: 'agent_1' };
const event = { type: 'post_call_transcription', event_timestamp: 1_795_232_400, data };
const changed = (fields: object) => ({ ...event, ...fields });
const parsed = (json: string): unknown => JSON.parse(json);

describe('readPostCallBody', () => {
  it.each([
    ['transcription', 'post_call_transcription', 'transcription', 1_795_232_400],
    ['audio', 'post_call_audio', 'audio', 1_795_232_410],
    ['failure-sip', 'call_initiation_failure', 'failure', 1_795_232_500],
    ['failure-twilio', 'call_initiation_failure', 'failure', 1_795_232_585],
    ['unknown', 'answering_machine_detection', 'other', 1_795_232_590],
  ] as const)('given the sample %s, when read, then its event is of its kind', (name, type, kind, eventTimestampS) => {
    const body = payload(name);

    expect(eventIn(body)).toEqual({
      type,
      kind,
      eventTimestampS,
      conversationId: (body['data'] as typeof data).conversation_id,
      agentId: 'agent_def456uvw',
      data: body['data'],
      oddFields: [],
    });
  });

  it.each([
    ['no timestamp', changed({ event_timestamp: undefined }), undefined],
    ['a null timestamp', changed({ event_timestamp: null }), undefined],
    ['a timestamp as text', changed({ event_timestamp: '1795232400.5' }), 1_795_232_400.5],
    ['unknown fields', changed({ more: 1, data: { ...data, more: [] } }), 1_795_232_400],
    ['nulls all over', changed({ data: { ...data, metadata: null, analysis: null, transcript: null } }), 1_795_232_400],
    ['wrong types all over', changed({ data: { ...data, metadata: 1, analysis: [], transcript: 'x' } }), 1_795_232_400],
  ])('given %s, when read, then it is valid', (_given, body, eventTimestampS) => {
    expect(eventIn(body)).toMatchObject({ kind: 'transcription', conversationId: 'conv_1', eventTimestampS });
  });

  it.each([
    ['no data', { type: 'voice_removed' }],
    ['null data', { type: 'voice_removed', data: null }],
    ['data as text', { type: 'voice_removed', data: 'gone' }],
    ['data as list', { type: 'voice_removed', data: [data] }],
    ['ids that are none', { type: 'voice_removed', data: { conversation_id: '../x', agent_id: 5 } }],
    ['a type that every object has', { type: 'constructor', data: { conversation_id: 'constructor' } }],
    ['a type of 64 characters', { type: 'ü'.repeat(64) }],
  ])('given an unknown type with %s, when read, then it is an event without ids', (_given, body) => {
    const event = eventIn(body);

    expect(event).toMatchObject({ kind: 'other', type: body.type, conversationId: undefined, agentId: undefined });
    expect(Array.isArray(event.data)).toBe(false);
  });

  it.each([[undefined], [null], ['busy'], [[data]]])(
    'given a failure with the data %j, then it is a failed call',
    (given) => {
      const event = eventIn({ type: 'call_initiation_failure', data: given });

      expect(event).toMatchObject({ kind: 'failure', conversationId: undefined, agentId: undefined });
    },
  );

  it.each([
    ['null', null, 'body: expected an event with type and data, or the flat form with call_id, got null'],
    ['a number', 7, 'got a number'],
    ['a text', 'post_call_audio', 'got a string'],
    ['a boolean', false, 'got a boolean'],
    ['an empty object', {}, 'type: '],
    ['a type of another kind', changed({ type: 5 }), 'type: '],
    ['an empty type', changed({ type: '' }), 'type: expected 1 to 64 printable characters'],
    ['an endless type', changed({ type: 'x'.repeat(65) }), 'type: expected 1 to 64 printable characters'],
    ['a type of two lines', changed({ type: 'a\nb' }), 'type: expected 1 to 64 printable characters'],
    ['no data', changed({ data: undefined }), 'data: '],
    ['data as list', changed({ data: [data] }), 'data: '],
    ['no conversation id', changed({ data: { agent_id: 'agent_1' } }), 'data.conversation_id: '],
    ['a path as conversation id', changed({ data: { ...data, conversation_id: '../x' } }), 'data.conversation_id: '],
    [
      'an endless conversation id',
      changed({ data: { ...data, conversation_id: 'c'.repeat(129) } }),
      'data.conversation_id: ',
    ],
    [
      'a conversation id that every object has',
      changed({ data: { ...data, conversation_id: '__proto__' } }),
      'data.conversation_id: ',
    ],
    [
      'ids in the prototype',
      parsed('{"type":"post_call_audio","data":{"__proto__":{"conversation_id":"c","agent_id":"a"}}}'),
      'data.conversation_id: ',
    ],
    ['an empty list', [], 'body: expected one event, got a list; send each event in its own request'],
    ['a list of one event', [event], 'body: expected one event, got a list; send each event in its own request'],
    ['a list with a flat call', [event, { call_id: '1' }], 'body: expected one event, got a list'],
  ])('given %s, when read, then it is refused by name', (_given, body, problem) => {
    expect(readPostCallBody(body)).toMatchObject({ ok: false, problem: expect.stringContaining(problem) });
  });

  it.each([
    ['a timestamp in words', { event_timestamp: 'now' }, ['event_timestamp'], undefined],
    ['an empty timestamp', { event_timestamp: '' }, ['event_timestamp'], undefined],
    ['a timestamp as object', { event_timestamp: {} }, ['event_timestamp'], undefined],
    ['an infinite timestamp', { event_timestamp: Infinity }, ['event_timestamp'], undefined],
    ['a timestamp in ISO 8601', { event_timestamp: '2026-11-21T03:40:00Z' }, [], 1_795_232_400],
    ['a null agent id', { data: { ...data, agent_id: null } }, [], 1_795_232_400],
    ['a path as agent id', { data: { ...data, agent_id: 'a/b' } }, ['agent_id'], 1_795_232_400],
  ])(
    'given %s, when read, then the event is valid, and only that is missing',
    (_given, fields, odd, eventTimestampS) => {
      expect(eventIn(changed(fields))).toMatchObject({ conversationId: 'conv_1', eventTimestampS, oddFields: odd });
      expect(eventIn(changed({ ...fields, type: 'voice_removal_notice' }))).toMatchObject({ eventTimestampS });
    },
  );

  it('given a failure without ids, when read, then it is a failure', () => {
    const nothing = { kind: 'failure', conversationId: undefined, agentId: undefined };

    expect(eventIn({ type: 'call_initiation_failure', data: {} })).toMatchObject({ ...nothing, oddFields: [] });
    expect(eventIn({ type: 'call_initiation_failure', data: { conversation_id: 5, agent_id: {} } })).toMatchObject({
      ...nothing,
      oddFields: ['conversation_id', 'agent_id'],
    });
  });

  it('given a fault, when read, then nothing of the event is quoted, and only a readable id is told', () => {
    const reading = readPostCallBody(
      changed({ type: 'Ada\n', event_timestamp: 'Ada', data: { conversation_id: 'Ada!' } }),
    );

    expect(JSON.stringify(reading)).not.toContain('Ada');
    expect(readPostCallBody({ data })).toMatchObject({ ok: false, conversationId: 'conv_1' });
  });
});

describe('a body that was signed for another route', () => {
  it.each([
    'pre_call',
    'upload_request',
    'caller_enrol',
    'caller_erase',
    'caller_withdraw',
    'caller_export',
    'erasure_status',
    'export_status',
    'setup_check',
  ])('given the type %s, when read, then it is refused', (type) => {
    expect(readPostCallBody({ type, data: {} })).toMatchObject({
      ok: false,
      problem: expect.stringMatching(/^type: /) as string,
    });
  });
});
