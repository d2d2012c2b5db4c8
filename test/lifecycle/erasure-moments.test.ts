import { enrol } from '../../lambdas/callers/caller-changes';
import { type Erasing, erasing } from '../support/lifecycle/erasing';
import { type LifecycleRig, startLifecycleRig } from '../support/lifecycle/rig';

let rig: LifecycleRig;
let erasures: Erasing;

beforeAll(async () => {
  rig = await startLifecycleRig();
});
beforeEach(async () => {
  await rig.reset();
  erasures = erasing(rig);
});
afterAll(() => rig.close());

const number = '+31612345678';
const nowS = () => Math.floor(rig.nowMs() / 1000);

describe('the moments of an erasure', () => {
  it('given a caller who left nothing, then it is over once what was at work then has ended, and no sooner', async () => {
    await erasures.request(number);

    expect(await erasures.pass()).toEqual(['erasure']);
    rig.advance(20);
    expect(await erasures.pass()).toEqual(['erasure']);
    rig.advance(11);
    expect(await erasures.pass()).toEqual(['over']);
  });

  it('given two erasures of one second, then the second forgets nothing that came since the first', async () => {
    const hash = (await rig.deps.callerHash(number))!;
    const [atS, expiresAtS] = [nowS(), nowS() + 86_400];
    expect(await rig.deps.callers.erase(hash, atS, expiresAtS)).toBe(true);
    const sample = { key: 'callers/x.wav', sha256: 'a'.repeat(64), format: 'wav' as const };
    const enrolment = enrol({ name: 'Ben', samples: [sample], signedAtS: atS + 1, expiresAtS }, atS + 1);
    expect(await rig.deps.callers.change(hash, enrolment)).toBe(true);

    expect(await rig.deps.callers.erase(hash, atS, expiresAtS)).toBe(false);
    expect((await rig.deps.callers.read(hash, atS + 1))?.enrolled).toEqual([sample]);
    expect(await rig.deps.callers.erase(hash, atS + 1, expiresAtS)).toBe(true);
  });
});
