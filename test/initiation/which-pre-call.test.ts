import { linkCall } from '../../lambdas/voices/starting-call';
import type { StoredConversation } from '../../local/elevenlabs/state';
import { agentId, type Callers, numberOf, own, useCallers, voicesOf } from '../support/lifecycle/callers';

const callers = useCallers();
let rig: Callers['rig'];
let telephone: Callers['telephone'];
let preCall: Callers['preCall'];
let conversation: Callers['conversation'];
beforeEach(() => {
  ({ rig, telephone, preCall, conversation } = callers());
});

/** A call that ElevenLabs has, and that asked no initiation webhook. */
const goesOn = (userId: string | undefined, call: { conversationId: string; status?: 'done' }): unknown =>
  rig.elevenLabs.addConversation({
    agentId,
    userId,
    status: 'in-progress',
    startTimeUnixS: Math.floor(rig.nowMs() / 1000),
    ...call,
  });

describe('a caller who rings twice', () => {
  const ringTwice = async (statusOfFirst: StoredConversation['status']): Promise<StoredConversation[]> => {
    rig.settings.activation = 'auto';
    await preCall(1);
    const first = await telephone.ring({ from: numberOf(1) });
    rig.elevenLabs.changeConversation(first.conversationId, { status: statusOfFirst });
    return [first, await telephone.ring({ from: numberOf(1) })];
  };

  it('given the first call never started, then the second has the voice, and the end of the first ends nothing', async () => {
    const [first, second] = await ringTwice('failed');

    expect(second!.heard).toEqual(first!.heard);
    await telephone.hangUp(first!);
    expect(await conversation('conv_1')).not.toHaveProperty('ended_at');
    await telephone.hangUp(second!, true);
    expect(await conversation('conv_1')).toHaveProperty('ended_at');
  });

  it('given the first call goes on, then the second starts without the voice', async () => {
    const [, second] = await ringTwice('in-progress');

    expect(second!.heard).toEqual(own);
    await telephone.hangUp(second!);
    expect(await conversation('conv_1')).not.toHaveProperty('ended_at');
  });

  it('given ElevenLabs does not answer about the first, then the second starts without it, in time', async () => {
    rig.elevenLabs.addFault({ operation: 'getConversation', times: null, action: { kind: 'hang', ms: 600_000 } });
    telephone.leftMs = 1_400;
    const [, second] = await ringTwice('failed');

    expect(second!.heard).toEqual(own);
    rig.elevenLabs.clearFaults();
  });
});

describe('several pre-calls of one number', () => {
  beforeEach(() => {
    rig.settings.activation = 'auto';
  });

  it('given a household, then each call takes one, the oldest first, and each end is its own', async () => {
    const [older, newer] = [
      await preCall(1),
      (rig.advance(1), await preCall(1, { conversationId: 'conv_b', ...other })),
    ];
    const first = await telephone.ring({ from: numberOf(1) });
    const second = await telephone.ring({ from: numberOf(1) });
    const third = await telephone.ring({ from: numberOf(1) });

    expect([first, second, third].map(({ heard }) => heard)).toEqual([voicesOf(older), voicesOf(newer), own]);
    await telephone.hangUp(third, true);
    await telephone.hangUp(second, true);
    expect(await conversation('conv_1')).not.toHaveProperty('ended_at');
    expect(await conversation('conv_b')).toHaveProperty('ended_at');
  });

  const other = { sample: 'other', name: 'Other' };

  it.each([
    ['the same sample', { name: 'Other' }],
    ['the same name', { sample: 'other' }],
  ])(
    'given a newer one with %s, then calls get that one, and the older one that nobody took ends',
    async (_given, fields) => {
      await preCall(1);
      rig.advance(1);
      const newer = await preCall(1, { conversationId: 'conv_b', ...fields });

      expect((await telephone.ring({ from: numberOf(1) })).heard).toEqual(voicesOf(newer));
      rig.advance(31);
      await rig.processJob();
      expect(await conversation('conv_1')).toHaveProperty('ended_at');
      expect(rig.clones()).toEqual([newer.voice_id]);
    },
  );

  it('given an older one whose sender started a call with the answer, then that call keeps its voice', async () => {
    const older = await preCall(1);
    goesOn(older.user_id, { conversationId: 'el_1' });
    rig.advance(1);
    const newer = await preCall(1, { conversationId: 'conv_b' });
    rig.advance(31);
    await rig.processJob();

    expect(rig.clones().sort()).toEqual([older.voice_id, newer.voice_id].sort());
    expect((await telephone.ring({ from: numberOf(1) })).heard).toEqual(voicesOf(newer));
  });

  it('given an older one that a call has, or of other data, then a newer one leaves it alone', async () => {
    await preCall(1);
    await telephone.ring({ from: numberOf(1) });
    rig.advance(1);
    await preCall(1, { conversationId: 'conv_b' });
    rig.advance(1);
    await preCall(1, { conversationId: 'conv_c', ...other });

    for (const id of ['conv_1', 'conv_b', 'conv_c']) expect(await conversation(id)).not.toHaveProperty('ended_at');
  });

  it('given ends that are known by number alone, then the oldest ends first', async () => {
    await preCall(1);
    rig.advance(1);
    await preCall(1, { conversationId: 'conv_b', ...other });
    rig.advance(1);
    const startedAtS = Math.floor(rig.nowMs() / 1000);

    await rig.endCall({ conversationId: 'unasked', agentIds: [agentId], callerIdentifiers: [numberOf(1)], startedAtS });

    expect(await conversation('conv_1')).toHaveProperty('ended_at');
    expect(await conversation('conv_b')).not.toHaveProperty('ended_at');
  });
});

describe('a pre-call whose caller never rings', () => {
  it('given auto, then it ends when it is no longer valid', async () => {
    rig.settings.activation = 'auto';
    await preCall(1);
    rig.advance(890);
    await rig.processJob();
    expect(rig.clones()).toHaveLength(1);
    rig.advance(15);
    await rig.processJob();

    expect(await conversation('conv_1')).toHaveProperty('ended_at');
    expect(rig.clones()).toEqual([]);
  });

  it.each([
    ['its own id', { conversationId: 'conv_1' }],
    ['an id of ElevenLabs and the caller’s user id', { conversationId: 'el_1' }],
  ])(
    'given a live call with %s that its sender started with the answer, then it keeps its voice until its end',
    async (_given, call) => {
      rig.settings.activation = 'auto';
      const answer = await preCall(1);
      goesOn(answer.user_id, call);

      rig.advance(910);
      await rig.processJob();
      rig.advance(3_600);
      await rig.processJob();

      expect(await conversation('conv_1')).not.toHaveProperty('ended_at');
      expect(rig.clones()).toEqual([answer.voice_id]);
      await rig.endCall(call);
      await rig.processJob();
      expect(rig.clones()).toEqual([]);
    },
  );

  it('given such a call whose end comes before it is linked, then the pre-call ends once ElevenLabs shows that', async () => {
    rig.settings.activation = 'auto';
    const { user_id } = await preCall(1);
    goesOn(user_id, { conversationId: 'el_1' });
    await rig.endCall({ conversationId: 'el_1' });
    rig.advance(910);
    await rig.processJob();
    expect(rig.clones()).toHaveLength(1);

    rig.elevenLabs.changeConversation('el_1', { status: 'done' });
    rig.advance(10);
    await rig.processJob();

    expect(rig.clones()).toEqual([]);
  });

  it('given a worker that stopped after it linked such a call, then the next one takes the pre-call for it', async () => {
    rig.settings.activation = 'auto';
    const { user_id } = await preCall(1);
    goesOn(user_id, { conversationId: 'el_1' });
    const expiresAtS = Math.floor(rig.nowMs() / 1000) + 90_000;
    await rig.deps.conversations.write('el_1', linkCall('el_1', 'conv_1', expiresAtS));

    rig.advance(910);
    await rig.processJob();

    expect(await conversation('conv_1')).toMatchObject({ work: { state: 'taken', call: 'el_1' } });
  });

  it('given a live call of another caller, and one of this caller that is over, then neither keeps it', async () => {
    rig.settings.activation = 'auto';
    const { user_id } = await preCall(1);
    goesOn('other', { conversationId: 'el_1' });
    goesOn(user_id, { conversationId: 'el_2', status: 'done' });

    rig.advance(910);
    await rig.processJob();

    expect(rig.clones()).toEqual([]);
  });

  it('given a call that took it, or calls that are not recognised, then it goes on', async () => {
    await preCall(1);
    await telephone.ring({ from: numberOf(1) });
    telephone.connect([agentId], { voice: false });
    await preCall(2);
    rig.advance(1_000);
    await rig.processJob();

    expect(await conversation('conv_1')).not.toHaveProperty('ended_at');
    expect(await conversation('conv_2')).not.toHaveProperty('ended_at');
  });

  it('given a call that goes on beyond the voice’s expiry, then ElevenLabs is asked for that call', async () => {
    const { voice_id } = await preCall(1);
    const call = await telephone.ring({ from: numberOf(1) });
    rig.advance(24 * 3600 + 1);
    await rig.sweep();
    await rig.processJob();
    expect(rig.clones()).toEqual([voice_id]);
    rig.elevenLabs.changeConversation(call.conversationId, { status: 'done' });
    rig.advance(3601);
    await rig.sweep();
    await rig.processJob();

    expect(rig.clones()).toEqual([]);
  });
});
