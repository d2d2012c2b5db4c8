import { agentNow } from '../support/lifecycle/agent-now';
import { type LifecycleRig, startLifecycleRig } from '../support/lifecycle/rig';

let rig: LifecycleRig;

beforeAll(async () => {
  rig = await startLifecycleRig();
});
beforeEach(() => rig.reset());
afterAll(() => rig.close());

const plan = { conversationId: 'conv_1', agentId: 'agent_1' };
const operations = (name: string) => rig.elevenLabs.state.requests.filter(({ operation }) => operation === name);
const broken = {
  operation: 'patchAgent',
  times: null,
  action: { kind: 'error', status: 422, code: 'invalid' },
} as const;

describe('AGENT_ACTIVATION', () => {
  it('given override, then the agent is not touched, the answer carries the voice, and the end deletes it', async () => {
    rig.settings.activation = 'override';

    const answer = await rig.preCall(plan);

    expect(answer).toMatchObject({
      agent_updated: false,
      conversation_config_override: { tts: { voice_id: rig.clones()[0] }, agent: { first_message: 'Hallo Ivan!' } },
    });
    expect(operations('patchAgent')).toEqual([]);
    expect(await rig.ledger()).not.toHaveProperty('AGENT#agent_1');
    await rig.endCall(plan);
    await rig.processJob();
    expect(rig.clones()).toEqual([]);
    expect(operations('patchAgent')).toEqual([]);
  });

  it('given both, then the agent is patched too, and restored', async () => {
    rig.settings.activation = 'both';

    expect(await rig.preCall(plan)).toMatchObject({ agent_updated: true });
    expect(agentNow(rig).voiceId).toBe(rig.clones()[0]);
    await rig.endCall(plan);
    await rig.processJob();

    expect(agentNow(rig).voiceId).toBe('ownVoice1');
    expect(rig.clones()).toEqual([]);
  });

  it('given both and a PATCH that is refused, then it is a success without it; nothing is left at the end', async () => {
    rig.settings.activation = 'both';
    rig.elevenLabs.addFault(broken);

    expect(await rig.preCall(plan)).toMatchObject({ status: 'success', agent_updated: false });
    await rig.endCall(plan);
    rig.advance(120);
    await rig.processJob();

    expect(agentNow(rig)).toMatchObject({ voiceId: 'ownVoice1' });
    expect(rig.clones()).toEqual([]);
  });

  it('given patch and a PATCH that is refused, then it fails, and the voice is queued for deletion', async () => {
    rig.settings.activation = 'patch';
    rig.elevenLabs.addFault(broken);

    await expect(rig.preCall(plan)).rejects.toMatchObject({ status: 422, code: 'AGENT_UPDATE_FAILED' });
    rig.elevenLabs.clearFaults();
    rig.advance(180);
    await rig.processJob();

    expect(rig.clones()).toEqual([]);
    expect(await rig.samples()).toEqual([]);
  });
});
