import { agentNow } from '../support/lifecycle/agent-now';
import { type LifecycleRig, startLifecycleRig } from '../support/lifecycle/rig';

let rig: LifecycleRig;

beforeAll(async () => {
  rig = await startLifecycleRig();
});
beforeEach(() => rig.reset());
afterAll(() => rig.close());

const creates = () => rig.elevenLabs.state.requests.filter(({ operation }) => operation === 'createVoice').length;

describe('a plan whose slots or monthly changes are used up', () => {
  it.each([
    ['voice_limit_reached', { voiceLimit: 1 }],
    ['voice_add_edit_limit_reached', { maxVoiceAddEdits: 1 }],
  ])(
    'given %s, then it is 422 with that code, counted, tried once, and the agent stays as it is',
    async (code, plan) => {
      rig.elevenLabs.changeSettings(plan);
      await rig.preCall({ conversationId: 'conv_1', agentId: 'agent_1' });
      const counted: string[][] = [];
      const meter = { ...rig.deps.meter, countBy: (...args: unknown[]) => void counted.push(args.map(String)) };

      const refused = rig.preCall({ conversationId: 'conv_2', agentId: 'agent_2' }, { meter });

      await expect(refused).rejects.toMatchObject({ status: 422, code: 'VOICE_CLONING_FAILED' });
      await expect(refused).rejects.toThrow(code);
      expect(creates()).toBe(2);
      expect(counted).toEqual([['VoiceClonesFailed', 'Code', code]]);
      expect(agentNow(rig, 'agent_2')).toMatchObject({ voiceId: 'ownVoice2', firstMessage: 'Own greeting 2' });
      expect(await rig.ledger()).not.toHaveProperty('AGENT#agent_2');
      expect(await rig.queue.pending()).toBe(0);
      expect((await rig.samples()).filter((key) => key.includes('conv_2'))).toEqual([]);
    },
  );

  it('given a slot that an ended call gave back, then the next call is cloned', async () => {
    rig.elevenLabs.changeSettings({ voiceLimit: 1 });
    await rig.preCall({ conversationId: 'conv_1', agentId: 'agent_1' });
    await rig.endCall({ conversationId: 'conv_1' });
    await rig.processJob();

    expect(await rig.preCall({ conversationId: 'conv_2', agentId: 'agent_1' })).toMatchObject({ status: 'success' });
  });
});
