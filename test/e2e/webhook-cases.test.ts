import { createHash } from 'node:crypto';
import { callerHashOf } from '../support/caller-keys';
import { threeCxSecret } from '../support/calls-stack';
import { eventually, until } from '../support/eventually';
import { type PostCallStack, startPostCallStack } from '../support/postcall-stack';
import { spokenSample } from '../support/samples';
import { newConversationId, post, signatureOf } from '../support/sender';
import { readWebhookCase as read, type WebhookCase } from '../support/webhook-case';

type Json = Record<string, unknown>;

let running: PostCallStack;
beforeAll(async () => {
  const threeCx = { ELEVENLABS_AGENT_ID: 'agent_9', ELEVENLABS_PHONE_NUMBER_ID: 'phnum_1' };
  running = await startPostCallStack({}, { ...threeCx, ERASURE_SETTLE_SECONDS: '3' });
});
afterAll(() => running.close());

const number = '+31612345678';
const nowS = () => Math.floor(Date.now() / 1000);

const send = (route: string, body: string | Buffer | Json) => {
  const bytes = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  const path = route.replace('POST ', '');
  const headers =
    path === '/webhook/3cx'
      ? { 'x-signature': signatureOf(bytes, { secret: threeCxSecret }) }
      : { 'elevenlabs-signature': signatureOf(bytes) };
  return post(`${running.stack.url}${path}`, bytes, headers);
};
const recordOf = (id: string) => running.finishedCall(id);
const objectsOf = async (id: string) => Object.keys(await running.objects()).filter((key) => key.includes(id));
const isTakenBack = () =>
  until(() => {
    const { voiceId, firstMessage } = running.elevenLabs.agent('agent_1');
    return voiceId === 'ownVoice1' && firstMessage === 'Hello' && running.elevenLabs.clones().length === 0;
  });
const begin = async ({ before }: WebhookCase) => {
  expect(await send(before!.route, before!.body)).toMatchObject({ status: 200 });
  expect(running.elevenLabs.agent('agent_1').voiceId).not.toBe('ownVoice1');
};

describe('a call whose caller is named in an unusual way', () => {
  it.each([
    ['agent-transfer-last-agent', undefined, undefined],
    ['only-system-caller-id', 'phone', null],
    ['sip-external-number-as-json-number', 'phone', 'inbound'],
    ['sip-external-number-without-plus', 'phone', 'inbound'],
    ['sms-conversation', 'sms', 'inbound'],
    ['whatsapp-conversation', 'whatsapp', 'inbound'],
    ['sip-failure-to-number-as-json-number', 'phone', 'outbound'],
  ])('given %s, when it ends, then the voice is taken back', async (name, channel, direction) => {
    const known = read(name);
    await begin(known);

    expect(await send(known.route, known.body)).toMatchObject({ status: 200 });

    await isTakenBack();
    const record = await recordOf(known.theirs);
    expect(record).toMatchObject({ precall_conversation_id: known.ours });
    if (channel !== undefined) expect(record).toMatchObject({ channel, direction, caller_hash: callerHashOf(number) });
  });

  it.each([
    ['whatsapp-conversation', '+525512345678', '5215512345678'],
    ['whatsapp-conversation', '+5511987654321', '551187654321'],
    ['sip-external-number-without-plus', '+5491143211234', '541143211234'],
    ['sip-external-number-without-plus', '00 31 6 12345678', 'tel:0612345678;phone-context=+31'],
    ['sip-failure-to-number-as-json-number', '(+31) 612345678', '"Ada <Byron>" <sip:31612345678:x@pbx.example.com>'],
  ])('given %s and a pre-call of %s, when it ends as %s, then the voice is taken back', async (name, before, after) => {
    const known = read(name);
    const caller_metadata = { name: 'Ada', phone_number: before };
    await begin({ ...known, before: { ...known.before!, body: { ...known.before!.body, caller_metadata } } });

    const body = JSON.stringify(known.body).replaceAll(/"?\+?31612345678"?/g, JSON.stringify(after));
    expect(await send(known.route, body)).toMatchObject({ status: 200 });

    await isTakenBack();
    expect(await recordOf(known.theirs)).toMatchObject({
      precall_conversation_id: known.ours,
      caller_hash: callerHashOf(before.startsWith('+') ? before : number),
    });
  });

  it('given the same caller on every channel, when erased, then nothing of these calls is left', async () => {
    const names = [
      'whatsapp-conversation',
      'sms-conversation',
      'only-system-caller-id',
      'sip-external-number-without-plus',
      'sip-failure-to-number-as-json-number',
      'failure-without-agent-id',
    ];
    const ids: string[] = [];
    for (const name of names) {
      const known = read(name);
      const data = known.body['data'] as Json;
      const isUnreached = name === 'failure-without-agent-id';
      const sid = `CA${known.theirs.slice(5)}`;
      const metadata = { type: 'twilio', body: { CallSid: sid, To: 31612345678 } };
      const body = isUnreached
        ? { ...known.body, data: { agent_id: 'agent_1', conversation_id: null, failure_reason: 'busy', metadata } }
        : { ...known.body, data: { ...data, conversation_id: known.theirs } };
      const id = isUnreached ? createHash('sha256').update(sid).digest('hex') : known.theirs;
      expect(await send(known.route, body)).toMatchObject({ status: 200 });
      await recordOf(id);
      expect(await objectsOf(id)).not.toEqual([]);
      ids.push(id);
    }
    const unknown = { type: 'call_notes', event_timestamp: nowS(), data: { user_phone_number: '31612345678' } };
    await send('POST /webhook/postcall', unknown);
    await eventually(async () => Object.keys(await running.ledger()).find((key) => key.startsWith('EVENT#')));
    expect(await objectsOf('call_notes')).toHaveLength(1);

    const { json } = await send('POST /callers/erase', read('erasure-of-a-caller-who-also-wrote').body);
    const status = { type: 'erasure_status', erasure_id: json['erasure_id'] };
    await until(async () => {
      const erasure = (await send('POST /callers/erasure', status)).json['erasure'] as Json;
      return erasure['state'] === 'done';
    });

    for (const id of [...ids, 'call_notes']) expect(await objectsOf(id)).toEqual([]);
    const late = read('whatsapp-conversation');
    const data = {
      ...(late.body['data'] as Json),
      metadata: { ...((late.body['data'] as Json)['metadata'] as Json), start_time_unix_secs: nowS() - 600 },
    };
    await send(late.route, { ...late.body, data });
    await until(async () => (await running.ledger())[`RECORD#${late.theirs}`]?.['erased_at'] !== undefined);
    expect(await objectsOf(late.theirs)).toEqual([]);
  });
});

describe('an event with odd fields', () => {
  it.each([
    ['event-timestamp-iso', '2026-11-29T19:00:00Z'],
    ['event-timestamp-iso', ''],
    ['event-timestamp-iso', { at: 1 }],
  ])('given %s with the time %j, then the event is kept', async (name, event_timestamp) => {
    const { route, body, theirs } = read(name);

    expect(await send(route, { ...body, event_timestamp })).toMatchObject({ status: 200 });

    expect(await recordOf(theirs)).toMatchObject({ outcome: 'completed' });
  });

  it('given body-with-byte-order-mark, then it is taken, and the transcript is without the mark', async () => {
    const { route, body, theirs } = read('body-with-byte-order-mark');
    const text = JSON.stringify(body);

    const marked = Buffer.concat([Buffer.from('efbbbf', 'hex'), Buffer.from(text)]);
    expect(await send(route, marked)).toMatchObject({ status: 200 });

    const { transcript_key } = await recordOf(theirs);
    expect((await running.objects())[String(transcript_key)]?.toString()).toBe(JSON.stringify(body['data']));
  });

  it('given failure-without-agent-id, then it is a failed call', async () => {
    const { route, body } = read('failure-without-agent-id');
    const conversation_id = newConversationId();

    expect(await send(route, { ...body, data: { conversation_id, failure_reason: 'busy' } })).toMatchObject({
      status: 200,
    });

    expect(await recordOf(conversation_id)).toMatchObject({ outcome: 'failed', failure: { reason: 'busy' } });
  });

  it('given evaluation-results-as-list, then the results are in the record', async () => {
    const { route, body, theirs } = read('evaluation-results-as-list');
    await send(route, body);

    expect(await recordOf(theirs)).toMatchObject({ evaluation_results: { greeted: 'success' } });
  });

  it('given failed-conversation-reason, then the record and the event on the bus say why', async () => {
    const { route, body, theirs } = read('failed-conversation-reason');
    await send(route, body);

    const failure_reason = 'This request exceeds your quota limit.';
    expect(await recordOf(theirs)).toMatchObject({ outcome: 'failed', failure_reason });
    const told = running.aws.busEvents.find(({ detail }) => (detail as Json)['conversation_id'] === theirs);
    expect(told).toMatchObject({ detailType: 'CallFailed', detail: { failure_reason } });
  });

  it('given transcript-json-changes-long-numbers, then the stored document has every digit', async () => {
    const { route, text, theirs } = read('transcript-json-changes-long-numbers');
    await send(route, text);

    const { transcript_key } = await recordOf(theirs);
    const stored = (await running.objects())[String(transcript_key)]?.toString() ?? '';
    for (const digits of ['9400111899223197428490', '36110012345678901', '175928847299117063'])
      expect(stored).toMatch(new RegExp(`\\b${digits}\\b`));
    expect(text).toContain(stored);
  });

  it('given readable-transcript-files-and-voices, then the text names what was exchanged', async () => {
    const { route, body, theirs } = read('readable-transcript-files-and-voices');
    await send(route, body);

    const { transcript_text_key } = await recordOf(theirs);
    const lines = (await running.objects())[String(transcript_text_key)]?.toString().split('\n').slice(3, -1);
    expect(lines).toEqual([
      '[00:00] Caller sends the file leak.jpg (image/jpeg)',
      '[00:03] Agent: Once upon a time',
      '[00:03] Agent as Knight: Who goes there?',
      '        crm_lookup: not called',
    ]);
  });
});

describe('a call that starts elsewhere', () => {
  it.each([['31612345678'], [31612345678]])(
    'given %j as caller of an initiation, then the caller is known',
    async (caller_id) => {
      const { before, body } = read('initiation-caller-id-without-plus');
      const sample = { format: 'base64', data: spokenSample('caller.wav').toString('base64') };
      expect(await send(before!.route, { ...before!.body, name: 'Ada', voice_sample: sample })).toMatchObject({
        status: 200,
      });

      const answer = await post(
        `${running.stack.url}/webhook/initiation`,
        JSON.stringify({ ...body, agent_id: 'agent_1', caller_id }),
        { 'x-precall-secret': 'initiation secret of the tests', 'elevenlabs-signature': undefined },
      );

      expect(answer.status).toBe(200);
      const outcomes = running.logs().filter(({ event }) => event === 'initiation_answered');
      expect(['voice', 'no_voice', 'not_enabled', 'greeting_only']).toContain(outcomes.at(-1)?.['outcome']);
    },
  );

  it.each([
    ['threecx-caller-id-without-plus', '+4921612963110'],
    ['threecx-numeric-call-id', number],
  ])('given %s, then the greeting is placed', async (name, toNumber) => {
    const { route, body } = read(name);

    const { status, json } = await send(route, body);

    expect([status, json['status'], json['3cx_call_id']]).toEqual([200, 'success', String(body['call_id'])]);
    expect(running.elevenLabs.state.outboundCalls.at(-1)?.toNumber).toBe(toNumber);
  });

  it.each([
    [{}, 65],
    [{ duration: '65' }, 65],
    [{ duration: '' }, null],
    [{ recording_url: `https://example.com/${'x'.repeat(2100)}` }, 65],
  ])('given threecx-duration-text with %j, then it is recorded', async (fields, duration) => {
    const { route, body } = read('threecx-duration-text');
    const call_id = newConversationId();

    expect(await send(route, { ...body, ...fields, call_id })).toMatchObject({ status: 200 });

    const item = (await running.ledger())[`CALL#${createHash('sha256').update(call_id).digest('hex')}`];
    expect(item).toMatchObject({ ended: { duration, recording_url: null } });
  });
});
