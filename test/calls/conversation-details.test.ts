import { conversationDetails } from '../../lambdas/calls/conversation-details';
import type { TranscriptionEvent } from '../../lambdas/calls/post-call-event';
import { eventIn, payload, transcriptionOf } from './payloads';

const variablesOf = (dynamic_variables: unknown) =>
  conversationDetails(transcriptionOf({ conversation_initiation_client_data: { dynamic_variables } }))
    .dynamic_variables;

const nothing = {
  conversation_id: 'conv_1',
  agent_id: 'agent_1',
  status: null,
  start_time_unix_secs: null,
  call_duration_secs: null,
  cost: null,
  termination_reason: null,
  error: null,
  main_language: null,
  call_successful: null,
  transcript_summary: null,
  has_audio: null,
  has_user_audio: null,
  has_response_audio: null,
  phone_call: null,
  evaluation_criteria_results: {},
  data_collection_results: {},
  dynamic_variables: {},
  message_count: null,
};

describe('conversationDetails', () => {
  it('given the sample, when recorded, then all but the transcript and the telephone numbers is there', () => {
    const record = conversationDetails(eventIn(payload('transcription')) as TranscriptionEvent);

    expect(record).toEqual({
      conversation_id: 'conv_7k2m9x4b1f5z',
      agent_id: 'agent_def456uvw',
      status: 'done',
      start_time_unix_secs: 1_795_232_280,
      call_duration_secs: 92,
      cost: 296,
      error: null,
      termination_reason: 'Client disconnected: 1000',
      main_language: 'en',
      call_successful: 'success',
      transcript_summary: expect.stringContaining('Ada asked whether her order was ready.'),
      has_audio: null,
      has_user_audio: null,
      has_response_audio: null,
      phone_call: { type: 'twilio', direction: 'inbound', call_result: null },
      evaluation_criteria_results: {
        question_answered: { result: 'success', rationale: 'The caller learned that the order is ready.' },
        all_wishes_met: { result: 'failure', rationale: 'The text message was not sent.' },
      },
      data_collection_results: {
        order_number: { value: 'B-1042', rationale: 'Looked up by the agent.' },
        loaves: { value: 2, rationale: 'Two rye loaves.' },
        complaint: { value: null, rationale: 'None was made.' },
      },
      dynamic_variables: {
        precall_conversation_id: 'conv_abc123xyz',
        customer_since: 2019,
        is_regular: true,
        nickname: null,
        system__agent_id: 'agent_def456uvw',
        system__conversation_id: 'conv_7k2m9x4b1f5z',
        system__call_duration_secs: 92,
        system__time_utc: '2026-11-21T03:39:32+00:00',
        system__call_sid: 'CA00000000000000000000000000000001',
      },
      message_count: 6,
    });
    expect(JSON.stringify(record)).not.toMatch(/316|1202555/);
  });

  it('given the newer fields, when recorded, then they are told', () => {
    const flags = { has_audio: true, has_user_audio: false, has_response_audio: true };

    expect(conversationDetails(transcriptionOf(flags))).toMatchObject(flags);
  });

  it.each([
    ['nothing', {}],
    [
      'nulls',
      {
        status: null,
        has_audio: null,
        transcript: null,
        metadata: null,
        analysis: null,
        conversation_initiation_client_data: null,
      },
    ],
    [
      'nulls within',
      {
        metadata: { cost: null, phone_call: null },
        analysis: { evaluation_criteria_results: null },
        conversation_initiation_client_data: { dynamic_variables: null },
      },
    ],
    [
      'wrong types',
      {
        status: 1,
        has_audio: 'yes',
        transcript: {},
        metadata: [],
        analysis: 'x',
        conversation_initiation_client_data: 7,
      },
    ],
    [
      'wrong types within',
      {
        metadata: { start_time_unix_secs: 'x', call_duration_secs: [], cost: {}, phone_call: 'x' },
        analysis: { call_successful: {}, data_collection_results: [1], evaluation_criteria_results: { a: 1, b: null } },
      },
    ],
  ])('given %s, when recorded, then what is not told is null', (_given, data) => {
    expect(conversationDetails(transcriptionOf(data))).toEqual(nothing);
  });

  it('given a telephone call half told, when recorded, then the rest is null', () => {
    expect(
      conversationDetails(transcriptionOf({ metadata: { phone_call: { type: 'exotel', direction: 5 } } })).phone_call,
    ).toEqual({
      type: 'exotel',
      direction: null,
      call_result: null,
    });
  });

  it.each([
    ['system__caller_id', 'anonymous'],
    ['system__caller_id', 1001],
    ['system__called_number', ''],
    ['system__transfer_target', '+31612345678'],
    ['system__transfer_target', 31_612_345_678],
    ['system__transfer_target', '06 - 123 456 78'],
    ['system__transfer_target', '(020) 555-0199'],
    ['system__transfer_target', 'sip:+31612345678@pbx.example.com;transport=tls'],
    ['system__transfer_target', 'tel:+31612345678'],
    ['sip_p_asserted_identity', 'sip:0612345678@pbx.example.com'],
  ])('given the variable %s as %s, when recorded, then it is left out', (name, value) => {
    expect(variablesOf({ [name]: value, other: 1 })).toEqual({ other: 1 });
  });

  it.each([
    ['system__time', 'Saturday, 03:40 21 November 2026'],
    ['system__agent_turns', 12],
    ['system__is_text_only', false],
    ['order', '20261121001'],
  ])('given the variable %s as %s, when recorded, then it is kept', (name, value) => {
    expect(variablesOf({ [name]: value })).toEqual({ [name]: value });
  });

  it('given keys that every object has, when recorded, then they are left out and nothing is changed by them', () => {
    const hostile: unknown = JSON.parse('{"__proto__":{"polluted":1},"constructor":{"value":1},"kept":{"value":1}}');

    const record = conversationDetails(
      transcriptionOf({
        analysis: { data_collection_results: hostile, evaluation_criteria_results: hostile },
        conversation_initiation_client_data: { dynamic_variables: hostile },
      }),
    );

    expect(Object.keys(record.data_collection_results)).toEqual(['kept']);
    expect(Object.keys(record.evaluation_criteria_results)).toEqual(['kept']);
    expect(Object.keys(record.dynamic_variables)).toEqual(['kept']);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it.each([
    ['seconds', 1_795_232_280],
    ['seconds as text', '1795232280'],
    ['milliseconds', 1_795_232_280_000],
    ['milliseconds as text', '1795232280000'],
    ['ISO 8601', '2026-11-21T03:38:00Z'],
    ['ISO 8601 as databases write it', '2026-11-21 03:38:00+00:00'],
  ])('given a start in %s, when recorded, then it is in unix seconds', (_given, start_time_unix_secs) => {
    const record = conversationDetails(transcriptionOf({ metadata: { start_time_unix_secs } }));

    expect(record.start_time_unix_secs).toBe(1_795_232_280);
  });

  it('given numbers and flags as text, when recorded, then they are read', () => {
    const data = { has_audio: 'true', metadata: { call_duration_secs: '00:01:05', cost: '296' } };

    expect(conversationDetails(transcriptionOf(data))).toMatchObject({
      has_audio: true,
      call_duration_secs: 65,
      cost: 296,
    });
  });

  it.each([
    ['a list', [{ criteria_id: 'greeted', result: 'success', rationale: 'r' }]],
    ['a map', { greeted: { criteria_id: 'greeted', result: 'success', rationale: 'r' } }],
  ])('given %s of results under either name, when recorded, then they are there', (_given, results) => {
    for (const name of ['evaluation_criteria_results', 'evaluation_criteria_results_list'])
      expect(
        conversationDetails(transcriptionOf({ analysis: { [name]: results } })).evaluation_criteria_results,
      ).toEqual({ greeted: { result: 'success', rationale: 'r' } });
  });

  it.each([
    ['a list', [{ data_collection_id: 'order', value: 7, rationale: 'r' }]],
    ['a map', { order: { data_collection_id: 'order', value: 7, rationale: 'r' } }],
  ])('given %s of collected data under either name, when recorded, then they are there', (_given, results) => {
    for (const name of ['data_collection_results', 'data_collection_results_list'])
      expect(conversationDetails(transcriptionOf({ analysis: { [name]: results } })).data_collection_results).toEqual({
        order: { value: 7, rationale: 'r' },
      });
  });

  it('given results without reasons, when recorded, then they are there', () => {
    const analysis = { evaluation_criteria_results: { greeted: 'success' }, data_collection_results: { order: 'B-7' } };

    expect(conversationDetails(transcriptionOf({ analysis }))).toMatchObject({
      evaluation_criteria_results: { greeted: { result: 'success', rationale: null } },
      data_collection_results: { order: { value: 'B-7', rationale: null } },
    });
  });

  it('given reasons that quote a number, when recorded, then the number is left out', () => {
    const metadata = {
      termination_reason: 'Transferred to +31 6 12345678',
      error: { code: 1011, reason: 'no route to 0031612345678' },
    };

    expect(conversationDetails(transcriptionOf({ metadata }))).toMatchObject({
      termination_reason: 'Transferred to [number]',
      error: { code: 1011, reason: 'no route to [number]' },
    });
  });

  it('given turns without words, when counted, then they are no messages', () => {
    const transcript = [{ message: 'Hi' }, { message: ' \n' }, { message: null }, {}, null, 'Hi', { message: 5 }];

    expect(conversationDetails(transcriptionOf({ transcript })).message_count).toBe(1);
    expect(conversationDetails(transcriptionOf({ transcript: [] })).message_count).toBe(0);
  });
});
