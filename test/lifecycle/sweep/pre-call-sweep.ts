import type { LifecycleRig } from '../../support/lifecycle/rig';
import { deliverOnce, repeatUntilAnswered } from '../history/deliver';
import type { History } from '../history/history';
import { checkAlways, claim } from '../history/invariants';
import { advance, inFlight, type KnownCall, newWorld, type World } from '../history/world';
import { expectSame, type Snapshot, snapshotOf, withoutPreparation } from './snapshot';
import type { Strike } from './strike';

const noBug = () => ({});

/**
 * The calls of a sweep's world: one that the caller made before, one that goes on elsewhere, and the one that is swept.
 */
export const [earlier, beside, swept] = [0, 1, 2];

const historyOf = (retainS: number, sample: 'a' | 'b'): History => ({
  retainS,
  activation: 'patch',
  asks: false,
  calls: [
    { agent: 1, caller: 0, sample: 'b' },
    { agent: 2, caller: 0, sample: 'b' },
    { agent: 1, caller: 0, sample },
  ],
  steps: [],
});

/** A world in which a caller is known, and has a call on another agent. */
export const worldBefore = async (rig: LifecycleRig, { retainS = 0, sample = 'a' }: WorldPlan): Promise<World> => {
  const world = await newWorld(rig, historyOf(retainS, sample), noBug);
  rig.settings.remembersSamples = true;
  await deliverOnce(callOf(world, earlier), world);
  await rig.endCall({ conversationId: callOf(world, earlier).conversationId });
  await drain(world);
  await deliverOnce(callOf(world, beside), world);
  return world;
};

/** What a sweep's world is like. */
export interface WorldPlan {
  /** How long voices are kept for reuse, in seconds. */
  readonly retainS?: number;
  /** Of what the swept call's voice is made; the others' is made of `b`. */
  readonly sample?: 'a' | 'b';
}

export const callOf = ({ calls }: World, index: number): KnownCall => calls[index]!;

/** Longest that a queue may take until it is empty, in seconds. */
const drainsWithinS = 3600;

/** Works the queue off, moving the clock on to each job. Throws when it does not drain. */
export const drain = async (world: World): Promise<void> => {
  const { rig } = world;
  await inFlight(rig);
  const beganMs = rig.nowMs();
  for (;;) {
    await rig.processJob();
    const dueMs = await rig.queue.nextDueMs();
    if (dueMs === undefined) return;
    const jobs = JSON.stringify(await rig.queue.jobs());
    claim(rig.nowMs() - beganMs < drainsWithinS * 1000, () => `The queue does not drain: ${jobs}`);
    await advance(world, Math.max(1, Math.ceil((dueMs - rig.nowMs()) / 1000)));
  }
};

/** Lets all jobs be done, and reconcile take up what was left. */
export const settleDown = async (world: World): Promise<void> => {
  await drain(world);
  await advance(world, 1800);
  await world.rig.reconcile();
  await drain(world);
  await checkAlways(world);
};

/** How a pre-call comes to be swept. */
export interface PreCallSweep extends WorldPlan {
  /** What went before it; the world before that is the one that a failure leaves. */
  readonly interrupted?: (world: World) => Promise<void>;
}

/** What the sender does about an answer that says "again". */
export type Sender = 'repeats' | 'gives up';

const answeredWorld = async (rig: LifecycleRig, plan: PreCallSweep): Promise<Snapshot> => {
  const world = await worldBefore(rig, plan);
  await plan.interrupted?.(world);
  await repeatUntilAnswered(callOf(world, swept), world);
  await settleDown(world);
  return snapshotOf(world);
};

/** A run of a sweep of pre-calls: answered, the world is that of the answer; failed, it is as it was. */
export const sweptPreCall = async (
  rig: LifecycleRig,
  plan: PreCallSweep,
  sender: Sender,
): Promise<(strike: Strike) => Promise<void>> => {
  const answered = await answeredWorld(rig, plan);
  return async (strike) => {
    const world = await worldBefore(rig, plan);
    const before = await snapshotOf(world);
    await plan.interrupted?.(world);
    strike.arm();
    const first = await deliverOnce(callOf(world, swept), world);
    await inFlight(rig);
    strike.disarm();
    const last =
      first === 'again' && sender === 'repeats' ? await repeatUntilAnswered(callOf(world, swept), world) : first;
    await settleDown(world);
    const after = await snapshotOf(world);
    if (typeof last === 'string') {
      expectSame(after, before, `The sender got "${last}", and the world is not as it was`);
      return;
    }
    const isPrepared = rig.log.lines.every(({ event }) => event !== 'caller_not_remembered');
    const compared = isPrepared ? (seen: Snapshot) => seen : withoutPreparation;
    expectSame(compared(after), compared(answered), 'Answered, but not all is as after an answer');
  };
};
