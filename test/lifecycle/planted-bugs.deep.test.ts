import { type LifecycleRig, startLifecycleRig } from '../support/lifecycle/rig';
import { findFailure } from './history/check-histories';
import * as bugs from './history/planted-bugs';

const seed = Number(process.env['HISTORY_SEED'] ?? '20261121');
// A bug is found within 20 to 100; how many histories it takes depends on how the machine interleaves them.
const runs = 400;

let rig: LifecycleRig;

beforeAll(async () => {
  rig = await startLifecycleRig();
});
afterAll(() => rig.close());

describe('what the random histories can find', () => {
  it.each([
    ['an activation that is never withdrawn', bugs.noRelease],
    ['an agent that is not given its voice back', bugs.noRestoring],
    ['a lease that nobody keeps', bugs.noLease],
    ['PATCHes that nobody announces', bugs.noPendings],
    ['a deletion that does not look for other users', bugs.noUsersCheck],
    ['a pre-call that is given to two calls', bugs.noTakenCheck],
  ])('given %s, then one of them fails', async (_name, plant) => {
    const failure = await findFailure({ seed, runs, plant, isMadeSmaller: false }, rig);

    expect(failure).toBeDefined();
  });
});
