import { type LifecycleRig, startLifecycleRig } from '../support/lifecycle/rig';
import { soak } from './soak/soak';

/** SOAK_CALLS: how many calls; SOAK_SEED: others than every time. */
const { SOAK_SEED = '20261130', SOAK_CALLS = '400' } = process.env;

/** On a machine that is too slow for all of them; what follows takes about half as long again. */
const longestMs = 6 * 60_000;

let rig: LifecycleRig;

beforeAll(async () => {
  rig = await startLifecycleRig();
});
afterAll(() => rig.close());

describe('a soak', () => {
  it('given calls of all kinds with faults, kills and people, then the books balance', async () => {
    const seed = Number(SOAK_SEED);
    const lines = await soak({ seed, calls: Number(SOAK_CALLS), longestMs }, rig).catch((error: unknown) => {
      throw new Error(`Soak of seed ${seed} (again: SOAK_SEED=${seed}): ${String(error)}`, { cause: error });
    });

    process.stdout.write(`${lines.join('\n')}\n`);
    expect(rig.elevenLabs.state.incidents).toEqual([]);
  });
});
