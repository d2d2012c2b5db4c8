import { createHash } from 'node:crypto';
import { hashOf, type PostCallRig, startPostCallRig } from '../support/post-call-rig';
import { postCallPayload } from '../support/postcall-stack';
import { newConversationId } from '../support/sender';
import { storeCall } from '../support/three-cx-call';

let rig: PostCallRig;

beforeAll(async () => {
  rig = await startPostCallRig();
});
afterAll(() => rig.close());

const number = '+31612345678';
const nowS = () => Math.floor(rig.nowMs() / 1000);
const markCaller = (atS = nowS()) => rig.deps.callers.erase(hashOf(number), atS, atS + 86_400);
const markCall = (id: string) => rig.deps.records.erase(id, nowS(), nowS() + 86_400);
const transcription = (conversation_id: string, beganAtS: number, fields: Record<string, unknown> = {}) => {
  const payload = postCallPayload('transcription', { conversation_id, ...fields });
  const metadata = { ...(payload.data['metadata'] as object), start_time_unix_secs: beganAtS };
  return { ...payload, event_timestamp: beganAtS + 30, data: { ...payload.data, metadata } };
};
const expectDropped = async (id: string) => {
  expect(await rig.keys(id)).toEqual([]);
  expect(Object.keys((await rig.record(id)) ?? {}).sort()).toEqual([
    'erased_at',
    'expires_at',
    'kind',
    'pk',
    'record_id',
  ]);
  expect(rig.busEvents.filter(({ detail }) => detail['conversation_id'] === id)).toEqual([]);
};

describe('what is told of a call whose caller was erased', () => {
  it('given a call that is marked, then every kind of event about it is dropped', async () => {
    for (const name of ['transcription', 'audio', 'failure-sip', 'unknown']) {
      const conversation_id = newConversationId();
      await markCall(conversation_id);

      await rig.tell(postCallPayload(name, { conversation_id }));

      await expectDropped(conversation_id);
    }
    expect(rig.counted.filter((metric) => metric === 'PostCallsDropped')).toHaveLength(4);
  });

  it('given an event with an id of its own about a pre-call that is marked, then it is dropped', async () => {
    const [own, precall] = [newConversationId(), newConversationId()];
    await markCall(precall);
    const dynamic_variables = { precall_conversation_id: precall };

    await rig.tell(
      transcription(own, nowS() + 5, { conversation_initiation_client_data: { dynamic_variables }, metadata: {} }),
    );

    await expectDropped(own);
  });

  it('given a call in progress that nobody knew of, then it is dropped; one that began since is kept', async () => {
    await markCaller();
    const [before, after] = [newConversationId(), newConversationId()];

    await rig.tell(transcription(before, nowS() - 10));
    rig.advance(60);
    await rig.tell(transcription(after, nowS()));

    await expectDropped(before);
    expect(await rig.record(after)).toMatchObject({ outcome: 'completed', caller_hash: hashOf(number) });
  });

  it.each([
    ['milliseconds', (atS: number) => atS * 1000],
    ['seconds as text', (atS: number) => String(atS)],
    ['ISO 8601', (atS: number) => new Date(atS * 1000).toISOString()],
  ])(
    'given starts in %s, then a call before the erasure is dropped, and one after it is kept',
    async (_given, form) => {
      await markCaller();
      const startAt = (id: string, atS: number) => {
        const event = transcription(id, atS);
        const metadata = { ...event.data.metadata, start_time_unix_secs: form(atS) };
        return { ...event, data: { ...event.data, metadata } };
      };
      const [before, after] = [newConversationId(), newConversationId()];

      await rig.tell(startAt(before, nowS() - 10));
      rig.advance(60);
      const startS = nowS();
      await rig.tell(startAt(after, startS));

      await expectDropped(before);
      expect(await rig.record(after)).toMatchObject({ outcome: 'completed', start_time_unix_secs: startS });
    },
  );

  it('given a caller who is erased while the event is worked off, then what was written by then goes', async () => {
    for (const moment of ['before the write', 'after the write'] as const) {
      rig.advance(60);
      const conversation_id = newConversationId();
      await rig.send(transcription(conversation_id, nowS() - 10));
      const write: typeof rig.deps.records.write = async (report) => {
        if (moment === 'before the write') await markCaller();
        const written = await rig.deps.records.write(report);
        if (moment === 'after the write') await markCaller();
        return written;
      };

      await rig.processJob({ records: { ...rig.deps.records, write } });

      await expectDropped(conversation_id);
    }
  });

  it('given a call that is marked while its recording is stored, then the recording goes', async () => {
    const conversation_id = newConversationId();
    await rig.send(postCallPayload('audio', { conversation_id }));
    const addRecording: typeof rig.deps.records.addRecording = async (...args) => {
      await markCall(conversation_id);
      return rig.deps.records.addRecording(...args);
    };

    await rig.processJob({ records: { ...rig.deps.records, addRecording } });

    await expectDropped(conversation_id);
  });

  it('given a recording that is asked for after the mark, then none is fetched, and what a killed worker left goes', async () => {
    const conversation_id = newConversationId();
    await rig.deps.archive.put(`recordings/${conversation_id}.mp3`, 'left', 'audio/mpeg');
    await markCall(conversation_id);
    rig.jobs.push({ kind: 'recording', conversation_id, requested_at: nowS() });

    await rig.processJob();

    await expectDropped(conversation_id);
  });

  it('given the flat form about a pre-call that is marked, then it is dropped as well', async () => {
    const precall = newConversationId();
    await markCall(precall);

    await rig.tell(
      postCallPayload('flat', { call_id: 'call 1', custom_variables: { precall_conversation_id: precall } }),
    );

    const digest = createHash('sha256').update('call 1').digest('hex');
    expect(await rig.keys(digest)).toEqual([]);
    expect(await rig.record(digest)).toMatchObject({ erased_at: expect.any(Number) });
  });
});

describe('the record of a call that was placed for 3CX', () => {
  it('given an extension that was dialled, then it carries the key of the caller, and not that of the extension', async () => {
    const [conversation_id, callerHash] = [newConversationId(), hashOf('+31687654321')];
    const call = await storeCall(rig.deps.calls, { callerHash, firstLeg: 'agent_call', receivedAtMs: rig.nowMs() });
    await rig.deps.calls.linkConversation(conversation_id, call, nowS() + 3600);

    await rig.tell(transcription(conversation_id, nowS()));

    expect(await rig.record(conversation_id)).toMatchObject({ caller_hash: callerHash });
  });
});
