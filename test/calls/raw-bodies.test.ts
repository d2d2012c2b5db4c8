import { createHash } from 'node:crypto';
import { type PostCallRig, startPostCallRig } from '../support/post-call-rig';
import { postCallPayload } from '../support/postcall-stack';
import { newConversationId } from '../support/sender';

let rig: PostCallRig;

beforeAll(async () => {
  rig = await startPostCallRig();
});
beforeEach(() => (rig.settings.storesTranscripts = true));
beforeEach(() => (rig.jobs.length = 0));
afterAll(() => rig.close());

const transcription = (conversation_id: string, event_timestamp = 1000) => ({
  ...postCallPayload('transcription', { conversation_id }),
  event_timestamp,
});

describe('where transcripts are not stored', () => {
  it('given an event, its duplicate and an older one, then no body is left of any', async () => {
    rig.settings.storesTranscripts = false;
    const id = newConversationId();

    await rig.tell(transcription(id));
    expect(await rig.keys(id)).toEqual([]);
    await rig.tell(transcription(id));
    expect(await rig.keys(id)).toEqual([]);
    await rig.tell(transcription(id, 999));
    expect(await rig.keys(id)).toEqual([]);
    expect(await rig.record(id)).toMatchObject({ event_timestamp: 1000 });
  });

  it('given a worker that dies before it removes the body, then the next attempt removes it', async () => {
    rig.settings.storesTranscripts = false;
    const id = newConversationId();
    const dying = { ...rig.deps.bodies, remove: () => Promise.reject(new Error('killed')) };
    await rig.send(transcription(id));

    await expect(rig.processJob({ bodies: dying })).rejects.toThrow('killed');
    expect(await rig.keys(id)).toHaveLength(1);
    await rig.processJob();

    expect(await rig.keys(id)).toEqual([]);
  });
});

describe('bodies as they came', () => {
  it('given an event in any notation, then it is stored byte for byte', async () => {
    const id = newConversationId();
    const body =
      '\n{ "type" : "post_call_transcription", "event_timestamp":1.0e3,\n ' +
      `"data":{"conversation_id":"${id}","agent_id":"a","x":[12345678901234567890,"],\\"[é"]} }\t\r\n`;

    await rig.send(body);

    const [key] = await rig.keys(id);
    expect((await rig.bytes(key!)).toString()).toBe(body);
    expect(key).toContain(createHash('sha256').update(body).digest('hex'));
    await rig.processJob();
    expect(await rig.record(id)).toMatchObject({ event_timestamp: 1000 });
  });

  it('given a list of events, then it is refused in a plain sentence, and nothing is stored', async () => {
    const id = newConversationId();

    await expect(rig.send([transcription(id)])).rejects.toMatchObject({
      code: 'INVALID_PAYLOAD',
      status: 400,
      message:
        'The post-call event is not valid: body: expected one event, got a list; send each event in its own request.',
    });

    expect([await rig.keys(id), rig.jobs]).toEqual([[], []]);
  });

  it('given a type that holds a number, then neither key nor log has it', async () => {
    const id = newConversationId();

    await rig.tell({ type: 'call from +31612345678', data: { conversation_id: id } });
    await rig.tell({ type: 'from_31612345678', data: { conversation_id: id } });

    expect(await rig.keys(id)).toHaveLength(2);
    expect(JSON.stringify([await rig.keys(''), rig.log.lines])).not.toContain('612345678');
  });
});

describe('bodies that are nested', () => {
  const nested = (id: string, depth: number) =>
    JSON.stringify(
      postCallPayload('transcription', { conversation_id: id, agent_id: 'agent_1', deep: 'DEEP' }),
    ).replace('"DEEP"', '['.repeat(depth) + ']'.repeat(depth));

  it.each([5_000, 100_000])('given %d levels, then it is refused', async (depth) => {
    const id = newConversationId();
    const refusal = { code: 'INVALID_PAYLOAD', message: expect.stringContaining('200') };

    await expect(rig.send(nested(id, depth))).rejects.toMatchObject(refusal);
    expect(await rig.keys(id)).toEqual([]);
  });

  it('given 190 levels, then it is taken in and worked off', async () => {
    const id = newConversationId();

    await rig.tell(nested(id, 190));

    expect(await rig.record(id)).toMatchObject({ status: 'done' });
  });

  it('given one that was taken in before it was refused, then its call is ended all the same', async () => {
    const id = newConversationId();
    const bytes = Buffer.from(nested(id, 20_000));
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const key = `postcall/raw/${id}/post_call_transcription/${sha256}.json`;
    await rig.deps.bodies.put(key, bytes, 'application/json', sha256);
    rig.jobs.push({ kind: 'body', key, sha256 });

    await rig.processJob().catch(() => undefined);
    rig.jobs.length = 0;

    expect((await rig.ledger())[`CONVERSATION#${id}`]).toMatchObject({ ended_at: expect.any(Number) });
  });
});

describe('events of types that are not known', () => {
  const unknown = (type: string, fields: object = {}) => ({
    type,
    event_timestamp: Math.floor(rig.nowMs() / 1000),
    data: {
      agent_id: 'agent_1',
      conversation_id: newConversationId(),
      status: 'done',
      transcript: [{ role: 'user', message: 'My secret is 42', time_in_call_secs: 0 }],
      ...fields,
    },
  });
  const keptOf = async (payload: ReturnType<typeof unknown>) => {
    await rig.tell(payload);
    return (await rig.keys(payload.data.conversation_id)).length;
  };

  it.each(['unredacted_transcript', 'unredacted_audio', 'speech_to_text_transcription', 'a_type_that_is_new'])(
    'given %s and no storage, when processed, then nothing of it is kept',
    async (type) => {
      Object.assign(rig.settings, { storesTranscripts: false, storesAudio: false });

      expect(await keptOf(unknown(type))).toBe(0);

      Object.assign(rig.settings, { storesTranscripts: true, storesAudio: true });
    },
  );

  it('given no storage of recordings, when processed, then only what carries sound is deleted', async () => {
    Object.assign(rig.settings, { storesAudio: false });
    const sound = { full_audio: 'A'.repeat(2_000) };

    expect(await keptOf(unknown('unredacted_transcript'))).toBe(1);
    expect(await keptOf(unknown('unredacted_audio'))).toBe(0);
    expect(await keptOf(unknown('call_bundle', sound))).toBe(0);

    Object.assign(rig.settings, { storesAudio: true });
    expect(await keptOf(unknown('call_bundle', sound))).toBe(1);
  });

  it.each(['in-progress', 'IN_PROGRESS'])(
    'given a transcription of a call that is %s, when processed, then nothing is ended, and its body is kept',
    async (status) => {
      const payload = unknown('post_call_transcription', { status });

      expect(await keptOf(payload)).toBe(1);
      expect(await rig.record(payload.data.conversation_id)).toBeUndefined();
      expect(rig.counted).toContain('PostCallsNotOver');
    },
  );
});
