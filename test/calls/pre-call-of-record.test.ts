import { endCall, startCall } from '../../lambdas/callers/caller-changes';
import { claimNew } from '../../lambdas/voices/claim-decision';
import { complete } from '../../lambdas/voices/conversation';
import { hashOf, type PostCallRig, startPostCallRig } from '../support/post-call-rig';
import { postCallPayload } from '../support/postcall-stack';
import { preCallAnswerOf } from '../support/pre-call-answer';
import { newConversationId } from '../support/sender';

let rig: PostCallRig;

beforeAll(async () => {
  rig = await startPostCallRig();
});
beforeEach(() => (rig.jobs.length = 0));
afterAll(() => rig.close());

const phoneNumber = '+31612345678';
const agentId = 'agent_1';

/** A pre-call that has been answered. */
const begin = async (): Promise<string> => {
  const conversationId = newConversationId();
  const nowS = Math.floor(rig.nowMs() / 1000);
  const expiresAtS = nowS + 86_400;
  const { work, transition } = claimNew({
    conversationId,
    agentId,
    attempt: 'a',
    leaseUntilMs: rig.nowMs() + 1,
    voiceName: 'x',
    callerHash: hashOf(phoneNumber),
    signedAtS: nowS,
    sampleKeys: [],
    expiresAtS,
  });
  await rig.deps.conversations.write(conversationId, transition);
  await rig.deps.conversations.write(
    conversationId,
    complete(work, preCallAnswerOf(conversationId), {
      voiceExpiresAtS: expiresAtS,
      validUntilS: expiresAtS,
      sampleDigest: 'a',
      firstMessage: 'Hi',
      greetingSource: 'default' as const,
    }),
  );
  const call = { conversationId, agentId, startedAtS: nowS, signedAtS: nowS, expiresAtS };
  await rig.deps.callers.change(hashOf(phoneNumber), startCall(call, nowS));
  return conversationId;
};
/** What the deletion job does once the call has ended. */
const forgetCall = (conversationId: string) => rig.deps.callers.write(hashOf(phoneNumber), endCall(conversationId));
/** The end of a call under an id of its own. */
const end = (id: string, event_timestamp: number, data: object = {}) => {
  const { data: sample } = postCallPayload('transcription');
  const metadata = { ...(sample['metadata'] as object), start_time_unix_secs: Math.floor(rig.nowMs() / 1000) };
  return {
    type: 'post_call_transcription',
    event_timestamp,
    data: {
      ...sample,
      metadata,
      conversation_id: id,
      agent_id: agentId,
      conversation_initiation_client_data: {},
      ...data,
    },
  };
};
const linkOf = async (id: string) => (await rig.record(id))?.['precall_conversation_id'];
const isOver = async (id: string) => (await rig.ledger())[`CONVERSATION#${id}`]?.['ended_at'] !== undefined;

describe('the pre-call of a record', () => {
  it('given a correction after the call is forgotten, then the record still names it', async () => {
    const [preCall, own] = [await begin(), newConversationId()];
    await rig.tell(end(own, 1000));
    expect(await linkOf(own)).toBe(preCall);
    await forgetCall(preCall);

    await rig.tell(end(own, 1001));

    expect(await rig.record(own)).toMatchObject({ precall_conversation_id: preCall, event_timestamp: 1001 });
  });

  it('given a first attempt that fails after the end was written, then the retry names it, and ends no other', async () => {
    const [preCall, own] = [await begin(), newConversationId()];
    await rig.send(end(own, 1000));
    const archive = { ...rig.deps.archive, put: () => Promise.reject(new Error('down')) };
    await expect(rig.processJob({ archive })).rejects.toThrow('down');
    expect(await isOver(preCall)).toBe(true);
    await forgetCall(preCall);
    const next = await begin();

    await rig.processJob();

    expect(await linkOf(own)).toBe(preCall);
    expect(await isOver(next)).toBe(false);
    await forgetCall(next);
  });

  it('given a recording or an unknown event, then the call is not ended', async () => {
    const preCall = await begin();

    for (const name of ['audio', 'unknown'])
      await rig.tell(postCallPayload(name, { conversation_id: preCall, agent_id: agentId }));

    expect(await isOver(preCall)).toBe(false);
    await forgetCall(preCall);
  });

  it('given one event, then the call, its conversation, the one of the caller, and the caller are looked up once, and only the erasure once more after the write', async () => {
    const [preCall, own] = [await begin(), newConversationId()];
    const asked: string[] = [];
    const noting = <Args extends unknown[], T>(what: string, read: (...args: Args) => Promise<T>) => {
      return (...args: Args): Promise<T> => {
        asked.push(what);
        return read(...args);
      };
    };
    const { records, calls, callers, conversations, callerKeys } = rig.deps;
    await rig.send(end(own, 1000));

    await rig.processJob({
      records: {
        ...records,
        read: noting('record', (id) => records.read(id)),
        write: noting('write', (update) => records.write(update)),
      },
      calls: { ...calls, findByConversation: noting('3CX call', (id) => calls.findByConversation(id)) },
      callers: { read: noting('caller', (hash, nowS) => callers.read(hash, nowS)) },
      conversations: { ...conversations, read: noting('conversation', (id) => conversations.read(id)) },
      callerKeys: noting('hashes', callerKeys),
    });

    expect(await linkOf(own)).toBe(preCall);
    const writeAt = asked.indexOf('write');
    expect(asked.slice(0, writeAt).sort()).toEqual([
      '3CX call',
      'caller',
      'conversation',
      'conversation',
      'hashes',
      'record',
    ]);
    expect(asked.slice(writeAt).sort()).toEqual(['caller', 'record', 'write']);
    await forgetCall(preCall);
  });

  it("given a variable that names another agent's conversation, then that is not ended", async () => {
    const preCall = await begin();
    await forgetCall(preCall);
    const conversation_initiation_client_data = { dynamic_variables: { precall_conversation_id: preCall } };
    const [foreign, own] = [newConversationId(), newConversationId()];

    await rig.tell(end(foreign, 1000, { agent_id: 'agent_2', conversation_initiation_client_data }));
    expect(await isOver(preCall)).toBe(false);
    await rig.tell(end(own, 1000, { conversation_initiation_client_data }));

    expect([(await linkOf(foreign)) ?? null, await linkOf(own)]).toEqual([null, preCall]);
    expect(await isOver(preCall)).toBe(true);
  });
});
