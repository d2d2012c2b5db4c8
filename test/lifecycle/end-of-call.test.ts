import { agentNow } from '../support/lifecycle/agent-now';
import { type LifecycleRig, startLifecycleRig } from '../support/lifecycle/rig';

let rig: LifecycleRig;

beforeAll(async () => {
  rig = await startLifecycleRig();
});
beforeEach(() => rig.reset());
afterAll(() => rig.close());

const agent = () => agentNow(rig);
const operations = () => rig.elevenLabs.state.requests.map(({ operation }) => operation);
const plan = { conversationId: 'conv_1', agentId: 'agent_1' };

describe('the end of a call', () => {
  it('given one call, when it ends, then the agent has its own voice back, and voice and sample are gone', async () => {
    const answer = await rig.preCall(plan);
    expect(answer).toMatchObject({ status: 'success', agent_updated: true });
    expect(rig.clones()).toHaveLength(1);
    expect(await rig.samples()).toHaveLength(1);
    rig.elevenLabs.clearRequests();

    await rig.endCall({ conversationId: 'conv_1' });
    expect(await rig.processJob()).toBe(1);

    expect(agent()).toMatchObject({ voiceId: 'ownVoice1', firstMessage: 'Own greeting 1' });
    expect(rig.clones()).toEqual([]);
    expect(await rig.samples()).toEqual([]);
    // The list of branches is read beside that.
    expect(operations().filter((operation) => operation !== 'listBranches')).toEqual([
      'getAgent',
      'getAgentVersion',
      'patchAgent',
      'getAgent',
      'getAgentVersion',
      'deleteVoice',
    ]);
    expect(await rig.queue.pending()).toBe(0);
    const ledger = await rig.ledger();
    expect(ledger['AGENT#agent_1']).toMatchObject({ pendings: {}, carried: {} });
    expect(ledger['AGENT#agent_1']).not.toHaveProperty('activation');
    expect(rig.elevenLabs.state.incidents).toEqual([]);
  });
});
