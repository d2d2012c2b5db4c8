import { callReport } from '../../lambdas/calls/call-update';
import { type CallEndEvent, readPostCallBody } from '../../lambdas/calls/post-call-event';
import { postCallPayload } from '../support/postcall-stack';

const reported = (payload: object, mark = '') => {
  const reading = readPostCallBody(payload);
  if (!reading.ok) throw new Error(reading.problem);
  return callReport(reading.event as CallEndEvent, Buffer.from(`${mark}${JSON.stringify(payload)}`));
};
const ended = (data: object) => reported(postCallPayload('transcription', { ...data }));
const failed = (metadata: object) => ended({ status: 'failed', metadata }).fields;

describe('the report of a call', () => {
  it.each([
    [{ termination_reason: 'The caller hung up' }, 'The caller hung up'],
    [{ termination_reason: ' ', error: { code: 1011, reason: 'The model failed' } }, 'The model failed'],
    [{ termination_reason: null, error: { code: 1011, reason: null } }, 'error 1011'],
    [{ termination_reason: null, error: { code: null } }, null],
    [{}, null],
  ])('given a failed conversation with %j, then its reason is %j', (metadata, failure_reason) => {
    expect(failed(metadata)).toMatchObject({ outcome: 'failed', failure_reason });
  });

  it('given a conversation that did not fail, then it has no reason', () => {
    const metadata = { termination_reason: 'The caller hung up' };
    expect(ended({ status: 'done', metadata }).fields).toMatchObject({ outcome: 'completed', failure_reason: null });
  });

  it.each([
    ['completed', 'completed'],
    ['failed', 'failed'],
    ['missed', 'failed'],
    [undefined, 'completed'],
  ])('given the flat form with the status %j, then its outcome is %s', (status, outcome) => {
    const { fields } = reported({ ...postCallPayload('flat'), status });
    expect(fields).toMatchObject({ outcome, status: status ?? null });
  });

  it('given the flat form behind a byte order mark, then the stored document is without it', () => {
    const flat = postCallPayload('flat');
    expect(reported(flat, '\uFEFF').transcript?.json.toString()).toBe(JSON.stringify(flat));
  });

  it.each(['sip', 'twilio'])('given a failed connection by %s, then a transcription may still decide', (provider) => {
    const { source, fallbackFields, transcript } = reported(postCallPayload(`failure-${provider}`));
    expect({ source, transcript }).toEqual({ source: 'failure', transcript: undefined });
    expect(fallbackFields).toMatchObject({ outcome: 'failed', status: 'failed', channel: 'phone' });
  });
});
