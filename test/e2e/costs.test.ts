import { counted, installation, reconcileRun, type Counted, type WayName } from '../../scripts/costs/counted';
import { type CostRig, type Counts, startCostRig } from '../support/costs/cost-rig';
import { type Way, waysOf } from '../support/costs/ways';

let rig: CostRig;
let ways: Readonly<Record<WayName, Way>>;

beforeAll(async () => {
  rig = await startCostRig();
  ways = waysOf(rig);
  // The first call of an installation makes what all others share.
  await ways.json.play();
}, 90_000);
afterAll(() => rig.close());

const kbOf = (bytes: number): number => Math.round(bytes / 1024);

const asCounted = ({ logBytes, bytesToElevenLabs, ...counts }: Counts): Counted => ({
  ...counts,
  logKb: kbOf(logBytes),
  kbToElevenLabs: kbOf(bytesToElevenLabs),
});

/** An item that is written twice within a second keeps its place in the index, which saves a unit; lines hold times. */
const tolerances = { writeUnits: 2, logKb: 1 } as const;

/** What is expected, with what was seen where that is near enough. */
const nearly = (expected: Counted, seen: Counted): Counted => {
  const near = Object.entries(tolerances).filter(
    ([name, by]) => Math.abs(seen[name as 'logKb'] - expected[name as 'logKb']) <= by,
  );
  return { ...expected, ...Object.fromEntries(near.map(([name]) => [name, seen[name as 'logKb']])) };
};

describe('what docs/COSTS.md reckons with', () => {
  it.each(Object.keys(counted) as WayName[])(
    'given a call that goes the way %s, then it makes AWS do so much',
    async (name) => {
      const { before, play } = ways[name];
      await before?.();

      const seen = asCounted(await rig.counted(play));

      expect(seen).toEqual(nearly(counted[name], seen));
    },
    60_000,
  );

  it('given a run of reconcile where no call is under way, then it makes AWS do so much', async () => {
    await rig.expire('VOICE#', 'CONVERSATION#', 'CALLER#');

    const seen = asCounted(await rig.counted(() => rig.running.stack.runSchedules()));

    expect(seen).toEqual(nearly(reconcileRun, seen));
  }, 30_000);

  it('given all of that, then so many custom metrics are paid for', () => {
    expect(rig.metrics().size).toBe(installation.customMetrics);
  });
});
