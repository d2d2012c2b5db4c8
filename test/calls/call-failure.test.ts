import { callFailure } from '../../lambdas/calls/call-failure';
import type { FailureEvent } from '../../lambdas/calls/post-call-event';
import { eventIn, failureOf, payload } from './payloads';

const none = {
  call_sid: null,
  call_status: null,
  sip_status_code: null,
  sip_status: null,
  error_reason: null,
  twirp_code: null,
};
const detailsOf = (body: unknown) => callFailure(failureOf({ metadata: { type: 'sip', body } })).details;

describe('callFailure', () => {
  it('given the SIP sample, when read, then reason and details are there, and no number', () => {
    const failure = callFailure(eventIn(payload('failure-sip')) as FailureEvent);

    expect(failure).toEqual({
      conversation_id: 'conv_3h8sipbusy01',
      agent_id: 'agent_def456uvw',
      reason: 'busy',
      provider: 'sip',
      details: {
        call_sid: 'SCL_inventedCall01',
        call_status: null,
        sip_status_code: 486,
        sip_status: 'Busy Here',
        error_reason: 'INVITE failed: sip status: 486: Busy Here',
        twirp_code: 'unavailable',
      },
    });
  });

  it('given the Twilio sample, when read, then reason and details are there, and no number', () => {
    const failure = callFailure(eventIn(payload('failure-twilio')) as FailureEvent);

    expect(failure).toMatchObject({ reason: 'no-answer', provider: 'twilio' });
    expect(failure.details).toEqual({
      ...none,
      call_sid: 'CA00000000000000000000000000000002',
      call_status: 'no-answer',
      sip_status_code: 480,
    });
  });

  it.each([
    ['busy', 'busy'],
    ['BUSY', 'busy'],
    ['no_answer', 'no-answer'],
    ['No Answer', 'no-answer'],
    ['unknown', 'unknown'],
    ['declined by policy', 'declined by policy'],
    ['x'.repeat(64), 'x'.repeat(64)],
    ['x'.repeat(65), 'unknown'],
    ['two\nlines', 'unknown'],
    ['', 'unknown'],
    ['no way to +31 6 12345678', 'no way to [number]'],
    [null, 'unknown'],
    [undefined, 'unknown'],
    [5, 'unknown'],
  ])('given the reason %j, when read, then it is %j', (failure_reason, reason) => {
    expect(callFailure(failureOf({ failure_reason })).reason).toBe(reason);
  });

  it.each([
    ['twilio', 'twilio'],
    ['sip', 'sip'],
    ['sip_trunking', 'sip'],
    ['sip_trunk', 'sip'],
    ['exotel', 'unknown'],
    ['constructor', 'unknown'],
    [null, 'unknown'],
  ])('given the provider %j, when read, then it is %s', (type, provider) => {
    expect(callFailure(failureOf({ metadata: { type } })).provider).toBe(provider);
  });

  it.each([
    ['no metadata', {}],
    ['null metadata', { metadata: null }],
    ['metadata as text', { metadata: 'sip' }],
    ['no body', { metadata: { type: 'sip' } }],
    ['a body as list', { metadata: { body: [] } }],
    [
      'wrong types',
      { metadata: { body: { call_sid: 1, sip_status_code: 'x', sip_status: {}, error_reason: [], twirp_code: 5 } } },
    ],
  ])('given %s, when read, then the details are null', (_given, data) => {
    expect(callFailure(failureOf(data)).details).toEqual(none);
  });

  it.each([
    ['INVITE sip:+31612345678@pbx.example.com failed', 'INVITE sip:[number]@pbx.example.com failed'],
    ['no route to user_0612345678', 'no route to user_[number]'],
    ['486 Busy Here', '486 Busy Here'],
    ['x'.repeat(2_000), 'x'.repeat(1_024)],
  ])('given the error %#, when read, then no number is in it and it is not endless', (error_reason, expected) => {
    expect(detailsOf({ error_reason }).error_reason).toBe(expected);
  });

  it.each([
    ['600', 600],
    [486, 486],
    [0, null],
    [48.6, null],
    [1000, null],
    ['', null],
  ])('given the status code %j, when read, then it is %j', (sip_status_code, expected) => {
    expect(detailsOf({ sip_status_code }).sip_status_code).toBe(expected);
  });

  it('given a number as call id, when read, then it is left out', () => {
    expect(detailsOf({ call_sid: '+31612345678' }).call_sid).toBeNull();
    expect(detailsOf({ call_sid: 'sip:0612345678@pbx.example.com' }).call_sid).toBeNull();
  });

  it('given an error code as a number, when read, then it is there', () => {
    expect(detailsOf({ ErrorCode: 13_224 })).toEqual({ ...none, error_reason: '13224' });
  });
});
