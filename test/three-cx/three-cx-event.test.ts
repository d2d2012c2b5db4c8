import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { judgeSignature } from '../../lambdas/platform/signature';
import { beginsCall, readThreeCxEvent } from '../../lambdas/three-cx/three-cx-event';

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
});
