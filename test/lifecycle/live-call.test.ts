import { withdrawFor } from '../../lambdas/callers/withdrawal/withdraw-consent';
import { changeConversation } from '../../local/elevenlabs/conversations';
import { agentNow } from '../support/lifecycle/agent-now';
import { type Erasing, erasing } from '../support/lifecycle/erasing';
import { type LifecycleRig, startLifecycleRig } from '../support/lifecycle/rig';

let rig: LifecycleRig;
let erasures: Erasing;

beforeAll(async () => {
  rig = await startLifecycleRig();
});
beforeEach(async () => {
  await rig.reset();
  rig.settings.retainS = 0;
  erasures = erasing(rig);
});
afterAll(() => rig.close());

const phoneNumber = '+31612345678';
const longestCallS = 3600;
const nowS = () => Math.floor(rig.nowMs() / 1000);
const hash = async () => (await rig.deps.callerHash(phoneNumber))!;

/** An answered pre-call whose call is live at ElevenLabs; the id of its voice. */
const liveCall = async (callId = 'conv_1', userId: string | null = null) => {
  const answer = await rig.preCall({ agentId: 'agent_1', conversationId: 'conv_1', phoneNumber });
  rig.elevenLabs.addConversation({ conversationId: callId, agentId: 'agent_1', userId, startTimeUnixS: nowS() });
  rig.advance(1);
  return answer === 'killed' ? answer : answer.voice_id;
};
const withdraw = async () => withdrawFor([await hash()], nowS(), { ...rig.deps, keptS: 86_400 });
/** Lets time pass, and then does what is due, and what that queues. */
const pass = async (seconds: number) => {
  rig.advance(seconds);
  await rig.processJob();
  await rig.processJob();
};
const erase = async () => {
  const erasureId = await erasures.request(phoneNumber);
  rig.advance(1);
  await erasures.pass();
  return erasureId;
};
const atElevenLabs = () => rig.elevenLabs.state.conversations.map(({ conversationId }) => conversationId);
const isOver = (conversationId: string) => changeConversation(rig.elevenLabs.state, conversationId, { status: 'done' });

describe.each([
  ['withdraws', withdraw],
  ['is erased', erase],
])('a caller who %s during a call', (_how, exercise) => {
  it('then the agent gets its own voice at once, and the call keeps the voice until its end', async () => {
    const voiceId = await liveCall();

    await exercise();
    await rig.processJob();

    expect(agentNow(rig)).toMatchObject({ voiceId: 'ownVoice1', firstMessage: 'Own greeting 1' });
    await pass(1200);
    expect(await rig.reconcile()).not.toBe('killed');
    await pass(60);
    expect(rig.clones()).toEqual([voiceId]);
    expect(atElevenLabs()).toEqual(['conv_1']);

    isOver('conv_1');
    await rig.endCall({ conversationId: 'conv_1' });
    await rig.processJob();
    expect(rig.clones()).toEqual([]);
  });

  it('given an end that is never reported, then the voice goes soon after it', async () => {
    await liveCall();
    await exercise();
    await pass(600);

    isOver('conv_1');
    await pass(62);

    expect(rig.clones()).toEqual([]);
  });

  it('given a call that never ends, then the voice goes after the time of the longest call', async () => {
    const voiceId = await liveCall();
    await exercise();

    await pass(longestCallS - 120);
    expect(rig.clones()).toEqual([voiceId]);
    await pass(300);

    expect(rig.clones()).toEqual([]);
  });

  it('given a pre-call that no call has taken, then its voice goes at once', async () => {
    await rig.preCall({ agentId: 'agent_1', conversationId: 'conv_1', phoneNumber });

    await exercise();
    await rig.processJob();

    expect(rig.clones()).toEqual([]);
    expect(agentNow(rig).voiceId).toBe('ownVoice1');
  });

  it('given a call that its sender started under another id, then that call keeps the voice, too', async () => {
    const voiceId = await liveCall('conv_other', await hash());
    await exercise();
    await pass(600);
    expect(rig.clones()).toEqual([voiceId]);

    isOver('conv_other');
    await pass(62);

    expect(rig.clones()).toEqual([]);
  });

  it('given a call that got a kept voice without a pre-call, then that call keeps it', async () => {
    rig.settings.retainS = 3 * 3600;
    const voiceId = await liveCall();
    isOver('conv_1');
    await rig.endCall({ conversationId: 'conv_1' });
    await rig.processJob();
    rig.elevenLabs.addConversation({
      conversationId: 'conv_2',
      agentId: 'agent_1',
      userId: await hash(),
      startTimeUnixS: nowS(),
    });
    rig.advance(5);

    await exercise();
    await pass(600);
    expect(rig.clones()).toEqual([voiceId]);
    expect(atElevenLabs()).toContain('conv_2');
    isOver('conv_2');
    await pass(62);

    expect(rig.clones()).toEqual([]);
  });

  it('given a key that may not read calls, then the voice goes at once', async () => {
    await liveCall();
    const refused = { kind: 'error', status: 401, code: 'missing_permissions' } as const;
    for (const operation of ['getConversation', 'listConversations'] as const)
      rig.elevenLabs.failNext(operation, ...Array.from({ length: 9 }, () => refused));

    await exercise();
    await pass(62);

    expect(rig.clones()).toEqual([]);
    rig.elevenLabs.state.incidents.length = 0;
  });
});

describe('an erasure during a call', () => {
  it('then it runs until the call is over, and then nothing is left', async () => {
    await liveCall('conv_1', await hash());
    const erasureId = await erase();
    await pass(600);
    await erasures.pass();
    expect((await rig.deps.erasures.read(erasureId))?.state).toBe('running');
    expect(atElevenLabs()).toEqual(['conv_1']);

    isOver('conv_1');
    await rig.endCall({ conversationId: 'conv_1' });
    await erasures.settle();

    expect(rig.clones()).toEqual([]);
    expect(atElevenLabs()).toEqual([]);
    expect((await rig.deps.erasures.read(erasureId))?.state).toBe('done');
    expect(JSON.stringify((await rig.ledger())['CONVERSATION#conv_1'])).not.toContain(await hash());
  });
});
