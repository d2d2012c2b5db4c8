import { type LifecycleRig, startLifecycleRig } from '../support/lifecycle/rig';
import { deliverOnce } from './history/deliver';
import { advance, type World } from './history/world';
import { callOf, type PreCallSweep, type Sender, swept, sweptPreCall } from './sweep/pre-call-sweep';
import { report, sweep } from './sweep/strike';

let rig: LifecycleRig;

beforeAll(async () => {
  rig = await startLifecycleRig();
});
afterAll(() => rig.close());

const leaseS = 61;

/** ElevenLabs made the clone, and nobody has its id. */
const unknownClone = async (world: World): Promise<void> => {
  world.rig.elevenLabs.failNext('createVoice', { kind: 'reset', effect: 'after' });
  await deliverOnce(callOf(world, swept), world);
  await advance(world, leaseS);
};

/** Its process died while it cloned. */
const killed = async (world: World): Promise<void> => {
  await deliverOnce(callOf(world, swept), world, { killAfter: 8, leftMs: 2_000 });
  await advance(world, leaseS);
};

/** The agent's PATCH failed for a passing reason: the clone waits to be adopted. */
const leftForAdoption = async (world: World): Promise<void> => {
  const unavailable = { kind: 'error', status: 503, code: 'unavailable' } as const;
  world.rig.elevenLabs.failNext('patchAgent', unavailable, unavailable, unavailable, unavailable);
  await deliverOnce(callOf(world, swept), world);
};

const day = 86_400;
const preCalls: readonly (readonly [string, PreCallSweep])[] = [
  ['a fresh pre-call', {}],
  ['a fresh pre-call of a caller with a kept voice of another sample', { retainS: day }],
  ['a pre-call that takes over after a clone of unknown outcome', { interrupted: unknownClone }],
  ['a pre-call that takes over from one that was killed', { interrupted: killed }],
  ['a pre-call that adopts the clone of one that failed', { interrupted: leftForAdoption }],
  ['a pre-call that uses a kept voice', { retainS: day, sample: 'b' }],
];

describe('one fault at any outside call of a pre-call', () => {
  it.each(
    preCalls.flatMap(([name, plan]) =>
      (['repeats', 'gives up'] as const).map((sender) => [name, sender, plan] as const),
    ),
  )(
    'given %s whose sender %s, then it is answered for good, or the world is as it was',
    async (name: string, sender: Sender, plan: PreCallSweep) => {
      report(`${name}, whose sender ${sender}`, await sweep(rig, await sweptPreCall(rig, plan, sender)));
    },
  );
});
