import { type LifecycleRig, startLifecycleRig } from '../support/lifecycle/rig';
import { findFailure } from './history/check-histories';

let rig: LifecycleRig;

beforeAll(async () => {
  rig = await startLifecycleRig();
});
afterAll(() => rig.close());

describe('the life of voices', () => {
  it('given a few random histories, then no voice is lost, left or taken too early; the deep tests run hundreds', async () => {
    const failure = await findFailure({ seed: 20261129, runs: 8 }, rig);

    expect(failure?.text).toBeUndefined();
  });
});
