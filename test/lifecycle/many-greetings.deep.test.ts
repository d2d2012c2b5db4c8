import { agentNow } from '../support/lifecycle/agent-now';
import { holdPatch, letPass, secondsUntil } from '../support/lifecycle/pass-time';
import { type LifecycleRig, startLifecycleRig } from '../support/lifecycle/rig';

let rig: LifecycleRig;

beforeAll(async () => {
  rig = await startLifecycleRig();
});
beforeEach(() => rig.reset());
afterEach(() => expect(rig.elevenLabs.state.incidents).toEqual([]));
afterAll(() => rig.close());

const own = { voiceId: 'ownVoice1', firstMessage: 'Own greeting 1' };
const begin = (conversationId: string, name: string) => rig.preCall({ conversationId, agentId: 'agent_1', name });

describe('more greetings than anybody would keep', () => {
  it('given a late PATCH and 60 other callers meanwhile, then the agent ends with its own greeting', async () => {
    const isRestored = () => agentNow(rig).voiceId === own.voiceId && agentNow(rig).firstMessage === own.firstMessage;
    const land = holdPatch(rig);
    await begin('conv_1', 'Anna');
    await rig.endCall({ conversationId: 'conv_1' });
    for (let n = 2; n < 62; n += 1) await begin(`conv_${n}`, `Caller${n}`);
    await rig.endCall({ conversationId: 'conv_61' });

    land();

    expect(await secondsUntil(rig, isRestored)).toBeLessThanOrEqual(10);
    await letPass(rig, 10);
    expect(isRestored()).toBe(true);
  });

  it('given 51 activations that fail, then the greeting that is on the agent is still known as ours', async () => {
    await begin('conv_0', 'Ivan');
    const error = { kind: 'error', status: 400, code: 'voice_refused' } as const;
    rig.elevenLabs.addFault({ operation: 'patchAgent', times: null, action: error });
    for (let n = 1; n <= 51; n += 1) await begin(`conv_${n}`, `N${n}`).catch(() => undefined);
    rig.elevenLabs.clearFaults();
    await rig.endCall({ conversationId: 'conv_0' });
    await secondsUntil(rig, () => rig.clones().length === 0);

    expect(agentNow(rig)).toMatchObject(own);
  });
});
