import { type LifecycleRig, startLifecycleRig } from '../support/lifecycle/rig';
import { findFailure, live } from './history/check-histories';
import type { History } from './history/history';

/** HISTORIES: how many; HISTORY_SEED: others than every time; HISTORY: one alone, as a failure prints it. */
const { HISTORY_SEED = '20261121', HISTORIES = '500', HISTORY } = process.env;
const rigCount = 3;

let rigs: LifecycleRig[];

beforeAll(async () => {
  rigs = await Promise.all(Array.from({ length: rigCount }, startLifecycleRig));
});
afterAll(() => Promise.all(rigs.map((rig) => rig.close())));

describe('the life of voices', () => {
  it('given random histories of calls, kills, faults and people, then no voice is lost, left or taken too early', async () => {
    if (HISTORY !== undefined) return live(JSON.parse(HISTORY) as History, rigs[0]!);

    const runs = Math.ceil(Number(HISTORIES) / rigCount);
    const failures = await Promise.all(
      rigs.map((rig, index) => findFailure({ seed: Number(HISTORY_SEED) + index, runs }, rig)),
    );

    const found = failures.flatMap((failure) => failure?.text ?? []);
    if (found.length > 0) throw new Error(found.join('\n\n'));
  });
});
