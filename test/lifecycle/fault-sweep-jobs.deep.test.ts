import { startCloneRig } from '../support/clone-rig';
import { type LifecycleRig, startLifecycleRig } from '../support/lifecycle/rig';
import { end, erasure, sweptWork, withdrawal } from './sweep/end-sweep';
import { report, sweep } from './sweep/strike';
import { sweptThreeCxCall } from './sweep/three-cx-sweep';

let rig: LifecycleRig;

beforeAll(async () => {
  rig = await startLifecycleRig();
});
afterAll(() => rig.close());

const day = 86_400;

describe('one fault at any outside call of a job', () => {
  it.each([
    ['an end', end],
    ['an end where voices are kept', { ...end, retainS: day }],
    ['the withdrawal of a refused pre-call', withdrawal],
    ['an erasure', erasure],
  ])('given %s, then after its repetition all is as without a fault', async (name, plan) => {
    report(name, await sweep(rig, await sweptWork(rig, plan)));
  });

  it('given a 3CX call and its jobs, then the sender has its answer, no phone rings twice, and no clone is lost', async () => {
    const cloneRig = await startCloneRig();
    try {
      report('a 3CX call and its jobs', await sweep(cloneRig, sweptThreeCxCall(cloneRig)));
    } finally {
      await cloneRig.close();
    }
  });
});
