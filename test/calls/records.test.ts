import { createHash } from 'node:crypto';
import { type PostCallRig, startPostCallRig } from '../support/post-call-rig';
import { postCallPayload } from '../support/postcall-stack';
import { newConversationId } from '../support/sender';

let rig: PostCallRig;

beforeAll(async () => {
  rig = await startPostCallRig();
});
beforeEach(() => (rig.jobs.length = 0));
afterAll(() => rig.close());

const transcription = (conversation_id: string, data: object = {}, event_timestamp: unknown = 1000) => ({
  ...postCallPayload('transcription', { conversation_id, ...data }),
  event_timestamp,
});
const failure = (conversation_id: string, event_timestamp: unknown) => ({
  ...postCallPayload('failure-sip', { conversation_id }),
  event_timestamp,
});
const told = async (id: string, ...payloads: unknown[]) => {
  for (const payload of payloads) await rig.tell(payload);
  return rig.record(id);
};
const announced = (id: string) =>
  rig.busEvents.filter(({ detail }) => detail['conversation_id'] === id).map(({ detailType }) => detailType);

describe('a call of which both a transcription and a failure tell', () => {
  it.each([
    ['the transcription first', [1000, 2000], 0],
    ['the failure first', [2000, 1000], 1],
    ['the failure first, and older', [1000, 2000], 1],
  ] as const)('given %s, then the record has both, and the transcription decides', async (_given, times, first) => {
    const id = newConversationId();
    const events = [transcription(id, { has_audio: false }, times[0]), failure(id, times[1])];

    const record = await told(id, events[first], events[1 - first]);

    expect(record).toMatchObject({
      outcome: 'completed',
      status: 'done',
      has_audio: false,
      transcript_key: expect.stringContaining(id),
      transcript_text_key: expect.stringContaining(id),
      failure: { provider: 'sip', reason: expect.any(String) },
    });
    expect(announced(id)).toEqual([first === 0 ? 'CallCompleted' : 'CallFailed']);
  });

  it('given a failure alone, then the call has failed', async () => {
    const id = newConversationId();

    expect(await told(id, failure(id, 1000))).toMatchObject({ outcome: 'failed', status: 'failed' });
  });
});

describe('several events of one kind about a call', () => {
  it('given a correction of the same second and the older one late again, then the correction stays', async () => {
    const id = newConversationId();
    const [older, correction] = [transcription(id, { status: 'done' }), transcription(id, { status: 'corrected' })];

    expect(await told(id, older, correction)).toMatchObject({ status: 'corrected' });
    expect(await told(id, older)).toMatchObject({ status: 'corrected' });
    expect(await told(id, transcription(id, { status: 'newer' }, 1001))).toMatchObject({ status: 'newer' });
    expect(await told(id, correction)).toMatchObject({ status: 'newer' });
    expect(announced(id)).toEqual(['CallCompleted']);
  });

  it('given a time in milliseconds, then it is compared as seconds', async () => {
    const id = newConversationId();

    const record = await told(
      id,
      transcription(id, { status: 'older' }, 1_739_537_297_000),
      transcription(id, { status: 'newer' }, 1_739_537_999),
    );

    expect(record).toMatchObject({ status: 'newer', event_timestamp: 1_739_537_999 });
  });
});

describe('values that no ledger holds', () => {
  it.each([
    ['a cost beyond exact numbers', { metadata: { cost: 1e20 } }, { cost: null }],
    ['a duration of 1e300 s', { metadata: { call_duration_secs: 1e300 } }, { call_duration_secs: null }],
    ['a duration of 1e-300 s', { metadata: { call_duration_secs: 1e-300 } }, { call_duration_secs: null }],
    [
      'a reason of 450 kB',
      { metadata: { termination_reason: 'x'.repeat(450_000) } },
      { termination_reason: 'x'.repeat(1024) },
    ],
    ['a status of 300 kB', { status: 'é'.repeat(150_000) }, { status: 'é'.repeat(1024) }],
    ['half a character', { status: `${'x'.repeat(1023)}😀` }, { status: `${'x'.repeat(1023)}\ufffd` }],
  ])('given %s, then the record has what fits, and the bus is told', async (_given, data, expected) => {
    const id = newConversationId();

    expect(await told(id, transcription(id, data))).toMatchObject(expected);
    expect(announced(id)).toEqual(['CallCompleted']);
  });

  it('given evaluations without end, then 200 of them are kept, each cut', async () => {
    const id = newConversationId();
    const many = Object.fromEntries(
      Array.from({ length: 3000 }, (_, index) => [`${index}`.padEnd(100, 'é'), { result: 'success'.repeat(50) }]),
    );
    const evaluation_criteria_results = { '': { result: 'x' }, ['long'.repeat(100)]: { result: 'x' }, ...many };

    const record = await told(id, transcription(id, { analysis: { evaluation_criteria_results } }));

    const results = Object.entries(record!['evaluation_results'] as Record<string, string>);
    expect(results).toHaveLength(200);
    for (const [name, result] of results) expect([name.length, result.length]).toEqual([100, 64]);
  });

  it('given a flat call of 1e20 s, then it has no duration', async () => {
    const call_id = newConversationId();

    await rig.tell(postCallPayload('flat', { call_id, duration_seconds: 1e20 }));

    const recordId = createHash('sha256').update(call_id).digest('hex');
    expect(await rig.record(recordId)).toMatchObject({ call_duration_secs: null });
    expect(rig.jobs).toEqual([]);
  });

  it('given a time that is neither in seconds nor in milliseconds, then the call is kept, and that is counted', async () => {
    const id = newConversationId();

    await rig.tell(transcription(id, {}, 1_739_537_297_000_000_000));

    expect(await rig.record(id)).toMatchObject({ event_timestamp: 0, outcome: 'completed' });
    expect(rig.counted).toContain('PostCallFieldsIgnored');
    expect(rig.log.lines.map(({ event }) => event)).toContain('postcall_fields_ignored');
  });
});

describe('a call that was erased before a write', () => {
  it('given the mark in place of the record, then nothing is written to it, and the caller of write learns that', async () => {
    const [id, nowS] = [newConversationId(), Math.floor(rig.nowMs() / 1000)];
    const { records } = rig.deps;
    await records.erase(id, nowS, nowS + 3600);
    const marked = await rig.record(id);
    const order = { eventTimestampS: 1000, bodySha256: 'f'.repeat(64) };
    const rest = {
      fields: { status: 'done', expires_at: nowS + 9999 },
      fallbackFields: { outcome: 'failed' as const },
    };

    for (const source of ['conversation', 'failure'] as const)
      expect(await records.write({ recordId: id, source, ...order, ...rest })).toBeUndefined();
    expect(await records.linkPreCall(id, 'conv_1', nowS + 9999)).toBe(false);
    expect(await records.addRecording(id, 'recordings/x.mp3', nowS + 9999)).toBe(false);
    expect(await records.claimAnnouncement(id, rig.nowMs(), rig.nowMs() + 1000)).toBe(false);
    await records.markAnnounced(id, rig.nowMs());

    expect(await rig.record(id)).toEqual(marked);
  });
});

describe('a record past its expiry', () => {
  it('given DynamoDB has not deleted it yet, then it is not read', async () => {
    const id = newConversationId();
    await told(id, transcription(id));
    expect(await rig.deps.records.read(id)).toMatchObject({ record_id: id });

    rig.advance(rig.settings.recordKeptS + 1);

    expect(await rig.deps.records.read(id)).toBeUndefined();
  });
});
