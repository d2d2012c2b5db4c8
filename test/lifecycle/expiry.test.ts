import { agentNow } from '../support/lifecycle/agent-now';
import { type LifecycleRig, startLifecycleRig } from '../support/lifecycle/rig';

let rig: LifecycleRig;

beforeAll(async () => {
  rig = await startLifecycleRig();
});
beforeEach(() => rig.reset());
afterAll(() => rig.close());

const plan = { conversationId: 'conv_1', agentId: 'agent_1' };
const day = 24 * 3600;
const agent = () => agentNow(rig);
const rows = async (prefix: string) =>
  Object.entries(await rig.ledger())
    .filter(([key]) => key.startsWith(prefix))
    .map(([, item]) => item);

describe('the expiry of a voice', () => {
  it('given a call whose end never came, then agent, voice and sample are as before, and a redelivery is refused', async () => {
    await rig.preCall(plan);
    rig.advance(day + 60);

    expect(await rig.sweep()).toBe(1);
    await rig.processJob();

    expect(agent()).toMatchObject({ voiceId: 'ownVoice1', firstMessage: 'Own greeting 1' });
    expect(rig.clones()).toEqual([]);
    expect(await rig.samples()).toEqual([]);
    await expect(rig.preCall(plan)).rejects.toMatchObject({ code: 'CONVERSATION_ENDED' });
    expect(rig.elevenLabs.state.incidents).toEqual([]);
  });

  it('given a call that goes on for more than a day, then it keeps its voice, hour by hour, until it is over', async () => {
    await rig.preCall(plan);
    rig.elevenLabs.addConversation({ conversationId: 'conv_1', agentId: 'agent_1', status: 'in-progress' });
    rig.advance(day + 60);

    for (let hour = 0; hour < 2; hour += 1) {
      await rig.sweep();
      await rig.processJob();
      expect(agent()).toMatchObject({ voiceId: rig.clones()[0] });
      const [kept] = await rows('VOICE#');
      expect(kept).toMatchObject({ state: 'live' });
      expect(Math.abs(Number(kept!['expires_at']) - rig.nowMs() / 1000 - 3600)).toBeLessThan(60);
      rig.advance(3700);
    }
    rig.elevenLabs.changeConversation('conv_1', { status: 'done' });
    await rig.sweep();
    await rig.processJob();

    expect(agent()).toMatchObject({ voiceId: 'ownVoice1' });
    expect(rig.clones()).toEqual([]);
  });

  it('given an expiry whose job is lost, then the next expiry starts it again', async () => {
    await rig.preCall(plan);
    rig.advance(day + 60);
    await rig.sweep();
    await rig.queue.clear();
    rig.advance(day + 60);

    await rig.sweep();
    await rig.processJob();

    expect(rig.clones()).toEqual([]);
    expect(await rows('VOICE#')).toMatchObject([{ state: 'deleted' }]);
  });

  it('given a voice that is gone, then its tombstone goes without a job', async () => {
    await rig.preCall(plan);
    await rig.endCall({ conversationId: 'conv_1' });
    await rig.processJob();
    rig.advance(2 * day + 60);

    await rig.sweep();

    expect(await rows('VOICE#')).toEqual([]);
    expect(await rig.queue.pending()).toBe(0);
  });

  it('given the stream delivers twice, then nothing is done twice', async () => {
    await rig.preCall(plan);
    rig.advance(day + 60);
    await rig.sweep();
    await rig.reconcile();
    expect(await rig.queue.pending()).toBeGreaterThanOrEqual(1);

    await rig.processJob();

    expect(rig.elevenLabs.state.requests.filter(({ operation }) => operation === 'deleteVoice')).toHaveLength(1);
    expect(rig.queue.deadLetters).toEqual([]);
  });
});
