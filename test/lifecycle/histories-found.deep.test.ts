import { type LifecycleRig, startLifecycleRig } from '../support/lifecycle/rig';
import { live } from './history/check-histories';
import type { PlannedCall } from './history/history';

let rig: LifecycleRig;

beforeAll(async () => {
  rig = await startLifecycleRig();
});
afterAll(() => rig.close());

const sameCaller: readonly PlannedCall[] = [
  { agent: 1, caller: 0, sample: 'a' },
  { agent: 1, caller: 0, sample: 'a' },
];
const history = { activation: 'patch', asks: false, calls: sameCaller } as const;

describe('histories that once failed', () => {
  it('given a call that uses a kept voice and whose end never comes, then its own sample goes too', () =>
    live(
      {
        ...history,
        retainS: 7200,
        steps: [
          { do: 'deliver', call: 0 },
          { do: 'deliver', call: 1 },
        ],
      },
      rig,
    ));

  it.each([8, 9, 10, 11, 12])(
    'given a pre-call that dies after call %s while it begins to use a kept voice, then that use ends with its call',
    (killAfter) =>
      live(
        {
          ...history,
          retainS: 7200,
          steps: [
            { do: 'deliver', call: 0 },
            { do: 'deliver', call: 1, killAfter },
            { do: 'end', call: 1, by: 'id' },
            { do: 'end', call: 0, by: 'id' },
          ],
        },
        rig,
      ),
  );

  it('given a clone that is recorded for its conversation alone by half, and a search that misses it, then it goes', () =>
    live(
      {
        ...history,
        retainS: 0,
        steps: [
          { do: 'searchLags' },
          { do: 'awsFault', fault: { service: 'dynamodb', effect: 'before', skip: 5 } },
          { do: 'deliver', call: 0, killAfter: 11 },
          { do: 'advance', seconds: 61 },
          { do: 'deliver', call: 0 },
          { do: 'end', call: 0, by: 'id' },
          { do: 'processJob' },
        ],
      },
      rig,
    ));
});
