import { agentNow } from '../support/lifecycle/agent-now';
import { type LifecycleRig, startLifecycleRig } from '../support/lifecycle/rig';

let rig: LifecycleRig;

beforeAll(async () => {
  rig = await startLifecycleRig();
});
beforeEach(async () => {
  await rig.reset();
  rig.settings.retainS = 2 * 3600;
});
afterAll(() => rig.close());

const jan = { agentId: 'agent_1', phoneNumber: '+31612345678', sample: 'jan' };
const voiceOf = async (conversationId: string, plan: object = {}) => {
  const answer = await rig.preCall({ ...jan, ...plan, conversationId });
  if (answer === 'killed') throw new Error('killed');
  return answer;
};
const end = async (conversationId: string) => {
  await rig.endCall({ conversationId });
  await rig.processJob();
};
const agentVoice = (agentId: string) => agentNow(rig, agentId).voiceId;
const row = async (voiceId: string) => (await rig.ledger())[`VOICE#${voiceId}`];

describe('a caller who calls again', () => {
  it('given the same sample, then the voice that is kept is used again, without a clone, and named as before', async () => {
    const first = await voiceOf('conv_1');
    await end('conv_1');
    expect(agentVoice('agent_1')).toBe('ownVoice1');
    expect(rig.clones()).toEqual([first.voice_id]);
    rig.elevenLabs.clearRequests();

    const again = await voiceOf('conv_2', { agentId: 'agent_2' });

    expect(again).toMatchObject({ voice_id: first.voice_id, voice_name: first.voice_name, agent_updated: true });
    expect(agentVoice('agent_2')).toBe(first.voice_id);
    expect(rig.elevenLabs.state.requests.map(({ operation }) => operation).sort()).toEqual(
      // One reading shows the agent and how its calls can be served; without versions, it is read once more.
      ['getAgent', 'getAgent', 'getVoice', 'getVoice', 'listBranches', 'patchAgent'].sort(),
    );
  });

  it.each([
    ['another sample', { sample: 'jan 2' }],
    ['another number', { phoneNumber: '+31612345679' }],
    ['no number', { phoneNumber: undefined }],
  ])('given %s, then it is cloned', async (_given, plan) => {
    const first = await voiceOf('conv_1');
    await end('conv_1');

    expect((await voiceOf('conv_2', plan)).voice_id).not.toBe(first.voice_id);
  });

  it('given a call, then the expiry is a day away; after its end the retention; after a new call a day again', async () => {
    const inS = async (voiceId: string) =>
      Math.round((Number((await row(voiceId))!['expires_at']) - rig.nowMs() / 1000) / 60) * 60;
    const { voice_id } = await voiceOf('conv_1');
    expect(await inS(voice_id)).toBe(24 * 3600);
    await end('conv_1');
    expect(await inS(voice_id)).toBe(2 * 3600);
    await voiceOf('conv_2');
    expect(await inS(voice_id)).toBe(24 * 3600);
  });

  it('given two calls that share a voice on two agents, then the first end leaves it to the second', async () => {
    const { voice_id } = await voiceOf('conv_1');
    await voiceOf('conv_2', { agentId: 'agent_2' });
    await end('conv_1');
    rig.advance(3 * 3600);
    await rig.reconcile();
    await rig.processJob();

    expect(rig.clones()).toEqual([voice_id]);
    expect([agentVoice('agent_1'), agentVoice('agent_2')]).toEqual(['ownVoice1', voice_id]);
  });

  it('given the retention has passed, then the voice, its samples and the reuse are gone', async () => {
    const { voice_id } = await voiceOf('conv_1');
    await end('conv_1');
    await voiceOf('conv_2');
    await end('conv_2');
    expect(await rig.samples()).toHaveLength(1);
    rig.advance(2 * 3600 + 60);

    await rig.sweep();
    await rig.processJob();

    expect(rig.clones()).toEqual([]);
    expect(await rig.samples()).toEqual([]);
    expect(await row(voice_id)).toMatchObject({ state: 'deleted' });
    expect((await voiceOf('conv_3')).voice_id).not.toBe(voice_id);
  });

  it('given a voice that a person has deleted at ElevenLabs, then it is cloned anew', async () => {
    const { voice_id } = await voiceOf('conv_1');
    await end('conv_1');
    await fetch(`${rig.elevenLabs.url}/v1/voices/${voice_id}`, { method: 'DELETE', headers: { 'xi-api-key': 'sk' } });

    const again = await voiceOf('conv_2');

    expect(rig.clones()).toEqual([again.voice_id]);
    expect((await row(voice_id))!['users']).toEqual({});
  });

  it('given voices are not kept, then a second call clones', async () => {
    rig.settings.retainS = 0;
    await voiceOf('conv_1');
    await voiceOf('conv_2');

    expect(rig.clones()).toHaveLength(2);
  });
});
