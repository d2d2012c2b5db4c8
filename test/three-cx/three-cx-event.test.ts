import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { judgeSignature } from '../../lambdas/platform/signature';
import { beginsCall, readThreeCxEvent, recordEvent } from '../../lambdas/three-cx/three-cx-event';

const events = join(__dirname, '..', '..', 'events');
const read = (name: string): Record<string, unknown> =>
  JSON.parse(readFileSync(join(events, name), 'utf8')) as Record<string, unknown>;

describe('events/threecx.json', () => {
  const event = read('threecx.json');
  const body = event['body'] as string;

  it('given the file, when read, then it carries the sample payload to its route, signed by the local secret', () => {
    const { requestTimeEpoch: nowMs } = event['requestContext'] as { requestTimeEpoch: number };
    const header = (event['headers'] as Record<string, string>)['X-Signature'];

    expect(JSON.parse(body)).toEqual(read('payloads/threecx.json'));
    expect(event).toMatchObject({ httpMethod: 'POST', path: '/webhook/3cx' });
    expect(
      judgeSignature(header, [Buffer.from(body)], { secrets: ['local_3cx_secret'], nowMs, toleranceS: 60 }),
    ).toMatchObject({ ok: true });
  });
});

describe('readThreeCxEvent', () => {
  const event = read('payloads/threecx.json');

  it.each([
    ['as it is', {}, true],
    ['of a call that goes out', { direction: 'Out' }, false],
    ['without a direction', { direction: null }, true],
    ['of a later event', { event_type: 'CallEnded' }, false],
    ['in small letters', { event_type: 'incomingcall' }, true],
    ['in snake case', { event_type: 'incoming_call' }, true],
    ['with blanks around', { event_type: ' IncomingCall\n' }, true],
    ['of a longer name', { event_type: 'IncomingCallEnded' }, false],
  ])('given the sample %s, then it begins a call: %s', (_given, fields, begins) => {
    const reading = readThreeCxEvent({ ...event, ...fields, a_new_field: 1 });

    expect(reading.ok && beginsCall(reading.event)).toBe(begins);
  });

  it.each([
    ['null', null],
    ['a list', []],
    ['no call id', { ...event, call_id: undefined }],
    ['an id of 257 characters', { ...event, call_id: 'x'.repeat(257) }],
    ['an id with a control character', { ...event, call_id: 'a\u0000b' }],
    ['a number as event type', { ...event, event_type: 1 }],
  ])('given %s, then it is not valid, and what is wrong is said', (_given, json) => {
    expect(readThreeCxEvent(json)).toMatchObject({ ok: false, problem: expect.stringMatching(/./) as string });
  });

  it('given an end in other letters, when recorded, then it is the end of the call', () => {
    const reading = readThreeCxEvent({ ...event, event_type: 'call_ended', duration: '00:01:05' });
    const change = reading.ok ? recordEvent(undefined, reading.event, { nowMs: 1, expiresAtS: 2 }) : undefined;

    expect(change).toMatchObject({ to: { ended: { duration: 65 } } });
  });
});
