import { voiceDescription } from '../../lambdas/voices/voice-identity';
import { installationId } from '../support/lifecycle/deps';
import { type LifecycleRig, startLifecycleRig } from '../support/lifecycle/rig';

let rig: LifecycleRig;

beforeAll(async () => {
  rig = await startLifecycleRig();
});
afterAll(() => rig.close());

const old = () => Date.now() - 3600_000;

describe('reconcile', () => {
  it('given 250 lost voices of ours, then every page is read, and each is deleted', async () => {
    for (let n = 0; n < 250; n += 1) {
      const description = voiceDescription(`conv_${n}`, installationId);
      rig.elevenLabs.addVoice({ name: `Lost ${n}`, description, category: 'cloned', createdAtMs: old() });
    }

    expect(await rig.reconcile()).toEqual({ voice_orphaned: 250 });
    await rig.processJob();

    expect(rig.clones()).toEqual([]);
  });
});
