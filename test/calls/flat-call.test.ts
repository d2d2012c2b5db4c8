import { readPostCallBody } from '../../lambdas/calls/post-call-event';
import { flatCallIn, payload } from './payloads';

const changed = (fields: object) => ({ ...payload('flat'), ...fields });

describe('the flat form', () => {
  it('given the sample, when read, then all of it is there', () => {
    const body = payload('flat');

    expect(flatCallIn(body)).toEqual({
      kind: 'flat',
      callId: 'pbx/2026-11-21/00042@calls.example.com',
      agentId: 'agent_def456uvw',
      durationS: 92,
      status: 'completed',
      customVariables: { precall_conversation_id: 'conv_abc123xyz', queue: 'orders' },
      eventTimestampS: Date.UTC(2026, 10, 21, 3, 40) / 1000,
      data: body,
      oddFields: [],
    });
  });

  it.each([
    ['its id alone', { call_id: '1' }],
    [
      'nulls',
      {
        call_id: '1',
        type: null,
        agent_id: null,
        transcript: null,
        duration_seconds: null,
        status: null,
        custom_variables: null,
        timestamp: null,
      },
    ],
    ['unknown fields', { call_id: '1', more: { and: 'more' } }],
  ])('given %s, when read, then it is valid', (_given, body) => {
    expect(flatCallIn(body)).toMatchObject({ callId: '1', agentId: undefined, status: undefined, customVariables: {} });
  });

  it.each([
    ['unix seconds', 1_795_232_400, 1_795_232_400],
    ['unix seconds as text', '1795232400', 1_795_232_400],
    ['unix milliseconds', 1_795_232_400_500, 1_795_232_400.5],
    ['UTC', '2026-11-21T03:40:00Z', 1_795_232_400],
    ['an offset', '2026-11-21T04:40:00.250+01:00', 1_795_232_400.25],
    ['no offset, which is UTC', '2026-11-21T03:40:00', 1_795_232_400],
    ['a blank for the T', '2026-11-21 03:40:00', 1_795_232_400],
    ['an offset without a colon', '2026-11-21T04:40:00+0100', 1_795_232_400],
    ['an offset after a blank', '2026-11-21 04:40:00 +0100', 1_795_232_400],
    ['small letters', '2026-11-21t03:40:00z', 1_795_232_400],
    ['UTC by name', '2026-11-21 03:40:00 UTC', 1_795_232_400],
    ['minutes', '2026-11-21T03:40Z', 1_795_232_400],
    ['blanks around', ' 1795232400 ', 1_795_232_400],
  ])('given a timestamp in %s, when read, then it is in unix seconds', (_given, timestamp, eventTimestampS) => {
    expect(flatCallIn(changed({ timestamp })).eventTimestampS).toBe(eventTimestampS);
  });

  it.each([
    ['a day that does not exist', '2026-02-30T03:40:00Z'],
    ['a day alone', '2026-11-21'],
    ['words', 'at 03:40'],
  ])('given %s for a timestamp, when read, then it counts as missing', (_given, timestamp) => {
    expect(flatCallIn(changed({ timestamp }))).toMatchObject({ eventTimestampS: undefined, oddFields: ['timestamp'] });
  });

  it.each([
    ['Failed', 'failed'],
    ['MISSED', 'missed'],
    [' completed ', 'completed'],
  ])('given the status %j, when read, then it is %j', (status, expected) => {
    expect(flatCallIn(changed({ status }))).toMatchObject({ status: expected, oddFields: [] });
  });

  it.each([
    ['printable characters of any script', 'Gespräch № 7 / 東京'],
    ['256 characters', '東'.repeat(256)],
    ['a path', '../../etc'],
    ['a name that every object has', '__proto__'],
  ])('given a call id of %s, when read, then it is taken as it is', (_given, call_id) => {
    expect(flatCallIn(changed({ call_id })).callId).toBe(call_id);
  });

  it('given turns as transcript and a duration as text, when read, then both are taken', () => {
    const transcript = [{ role: 'agent', message: 'Hallo' }];

    expect(flatCallIn(changed({ transcript, duration_seconds: '92.5' }))).toMatchObject({
      data: { transcript },
      durationS: 92.5,
    });
  });

  it.each([
    ['a null call id', { call_id: null }, 'call_id'],
    ['a fraction as call id', { call_id: 4.2 }, 'call_id'],
    ['an empty call id', { call_id: '' }, 'call_id'],
    ['257 characters of call id', { call_id: 'x'.repeat(257) }, 'call_id'],
    ['a control character in it', { call_id: 'a\u0000b' }, 'call_id'],
    ['a line separator in it', { call_id: 'a\u2028b' }, 'call_id'],
    ['half a character in it', { call_id: 'a\ud83d' }, 'call_id'],
  ])('given %s, when read, then the field is named', (_given, fields, field) => {
    expect(readPostCallBody(changed(fields))).toEqual({
      ok: false,
      problem: expect.stringMatching(new RegExp(`^${field}: `)),
      conversationId: undefined,
    });
  });

  it.each([
    ['a path as agent id', { agent_id: '../agent' }, 'agent_id'],
    ['another status', { status: 'ringing' }, 'status'],
    ['a negative duration', { duration_seconds: -1 }, 'duration_seconds'],
    ['a duration in words', { duration_seconds: 'long' }, 'duration_seconds'],
    ['variables as list', { custom_variables: [] }, 'custom_variables'],
    ['a timestamp in words', { timestamp: 'yesterday' }, 'timestamp'],
    ['an impossible date', { timestamp: '2026-13-41T00:00:00Z' }, 'timestamp'],
  ])('given %s, when read, then the call is taken without that field', (_given, fields, field) => {
    expect(flatCallIn(changed(fields))).toMatchObject({ callId: expect.any(String), oddFields: [field] });
  });

  it.each([
    [42, '42', undefined],
    ['x', 'x', '00:01:05'],
  ])('given the call id %j and the duration %j, when read, then both are read', (call_id, callId, duration_seconds) => {
    expect(flatCallIn({ call_id, duration_seconds })).toMatchObject({
      callId,
      durationS: duration_seconds === undefined ? undefined : 65,
      oddFields: [],
    });
  });

  it('given a type beside the call id, when read, then it is an event', () => {
    expect(readPostCallBody(changed({ type: 'x' }))).toMatchObject({ ok: true, event: { kind: 'other' } });
    expect(readPostCallBody(changed({ type: 5 }))).toMatchObject({
      ok: false,
      problem: expect.stringContaining('type: '),
    });
  });
});
