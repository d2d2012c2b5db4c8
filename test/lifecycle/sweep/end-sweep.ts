import { erasing } from '../../support/lifecycle/erasing';
import type { LifecycleRig } from '../../support/lifecycle/rig';
import { deliverOnce, passes } from '../history/deliver';
import { claim } from '../history/invariants';
import { advance, inFlight, type World } from '../history/world';
import { callOf, drain, earlier, settleDown, swept, worldBefore, type WorldPlan } from './pre-call-sweep';
import { expectSame, type Snapshot, snapshotOf } from './snapshot';
import type { Strike } from './strike';

/**
 * What is swept, from a world in which a call was answered, or refused. Whoever asks repeats it once the fault is over.
 */
export interface WorkSweep extends WorldPlan {
  /** The last thing before the fault. */
  readonly begin: (world: World) => Promise<void>;
  /** What the fault may strike, until it is calm. Throws, or returns false, where the request has to be repeated. */
  readonly work: (world: World, calmDown: () => void) => Promise<unknown>;
}

const calm: Strike = { arm: () => undefined, disarm: () => undefined };

const runOnce = async (rig: LifecycleRig, plan: WorkSweep, strike: Strike): Promise<Snapshot> => {
  const world = await worldBefore(rig, plan);
  await plan.begin(world);
  strike.arm();
  const isDone = await plan.work(world, () => strike.disarm()).then((done) => done !== false, failed);
  await inFlight(rig);
  strike.disarm();
  if (!isDone) await plan.work(world, () => undefined);
  await settleDown(world);
  return snapshotOf(world);
};

const failed = (error: unknown): false => {
  passes(error);
  return false;
};

/** A run of a sweep after which the world is as it is without a fault. */
export const sweptWork = async (rig: LifecycleRig, plan: WorkSweep): Promise<(strike: Strike) => Promise<void>> => {
  const wanted = await runOnce(rig, plan, calm);
  return async (strike) => expectSame(await runOnce(rig, plan, strike), wanted, 'Not all is as without a fault');
};

const answered = async (world: World): Promise<void> => {
  await deliverOnce(callOf(world, swept), world);
};

/** An end and its jobs. */
export const end: WorkSweep = {
  begin: answered,
  work: async (world) => {
    await world.rig.endCall({ conversationId: callOf(world, swept).conversationId });
    await drain(world);
  },
};

/** The job that takes back what a refused pre-call left. */
export const withdrawal: WorkSweep = {
  begin: async (world) => {
    world.rig.elevenLabs.failNext('patchAgent', { kind: 'error', status: 422, code: 'bad_request' });
    const delivered = await deliverOnce(callOf(world, swept), world);
    claim(delivered === 'refused', () => 'The pre-call was not refused.');
  },
  work: drain,
};

/** The request for an erasure, the first pass of it, and the jobs that these queue. */
export const erasure: WorkSweep = {
  begin: answered,
  work: async (world, calmDown) => {
    const { rig } = world;
    const number = callOf(world, earlier).phoneNumber!;
    const erasures = erasing(rig);
    const isAccepted = await erasures.request(number).then(() => true, failed);
    await erasures.pass().catch(passes);
    await rig.processJob();
    if (!isAccepted) return false;
    calmDown();
    await advance(world, 15);
    await erasures.settle();
    await drain(world);
    await expectErased(world, (await rig.deps.callerHash(number))!);
    return true;
  },
};

const expectErased = async ({ rig }: World, callerHash: string): Promise<void> => {
  for (const [key, { kind, ...item }] of Object.entries(await rig.ledger())) {
    const text = JSON.stringify(item);
    const isNamed = text.includes('Ivan') || (kind !== 'erasure' && 'caller_hash' in item && text.includes(callerHash));
    claim(!isNamed, () => `The erased caller is still named in ${key}: ${text}`);
  }
};
