import { ElevenLabsError } from '../../../lambdas/elevenlabs/errors';
import { AwsUnavailable, ServiceError } from '../../../lambdas/platform/errors';
import type { PreCallAnswer } from '../../../lambdas/voices/pre-call/pre-call-answer';
import type { CallPlan } from '../../support/lifecycle/received-call';
import { claim } from './invariants';
import { advance, type KnownCall, type World } from './world';

/** What a sender gets: the answer; a refusal that no repetition changes; or that it should send the request again. */
export type Delivered = PreCallAnswer | 'refused' | 'again' | 'killed';

/** An error on purpose is somebody's to try again; any other is a mistake. */
export const passes = (error: unknown): undefined => {
  if (error instanceof ServiceError || error instanceof AwsUnavailable || error instanceof ElevenLabsError)
    return undefined;
  throw error;
};

/** Delivers a call's pre-call, for the first time or again. */
export const deliverOnce = async (
  call: KnownCall,
  { rig, planted }: World,
  process: Pick<CallPlan, 'killAfter' | 'leftMs'> = {},
): Promise<Delivered> => {
  const { conversationId, agentId, phoneNumber, sample, caller } = call;
  call.startedAtS ??= Math.floor(rig.nowMs() / 1000);
  const plan = { conversationId, agentId, phoneNumber, sample: `${caller} ${sample}`, ...process };
  const delivered = await rig.preCall(plan, planted).catch((error: unknown): Delivered => {
    passes(error);
    return error instanceof ServiceError && error.status < 500 && error.status !== 429 ? 'refused' : 'again';
  });
  call.isAnswered ||= delivered !== 'again' && delivered !== 'killed';
  return delivered;
};

/** How often a sender repeats a request, and how soon it has its answer after the last fault, in seconds. */
const [everyS, withinS] = [5, 300];

/**
 * Repeats a pre-call as its sender does, while the queue is worked off. Throws when no repetition is answered for good
 * in time.
 */
export const repeatUntilAnswered = async (
  call: KnownCall,
  world: World,
): Promise<Exclude<Delivered, 'again' | 'killed'>> => {
  for (let waitedS = 0; ; waitedS += everyS) {
    await world.rig.processJob(undefined, world.plantedInWorker);
    const delivered = await deliverOnce(call, world);
    if (delivered !== 'again' && delivered !== 'killed') return delivered;
    claim(
      waitedS < withinS,
      () => `${call.conversationId} is repeated, and has no answer ${withinS} s after the last fault.`,
    );
    await advance(world, everyS);
  }
};
