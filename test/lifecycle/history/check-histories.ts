import fc from 'fast-check';
import type { LifecycleRig } from '../../support/lifecycle/rig';
import { histories } from './generate';
import { type History, historyText } from './history';
import { checkAlways } from './invariants';
import { makeSmaller } from './make-smaller';
import { runStep } from './run-step';
import { settle } from './settle';
import { newWorld, type Planted } from './world';

/** Which histories to run. */
export interface Search {
  readonly seed: number;
  readonly runs: number;
  /** A bug to be found. */
  readonly plant?: Planted;
  /** Whether a history that fails is made as small as it gets. @default true */
  readonly isMadeSmaller?: boolean;
}

/** A history that fails, and after how many it was found. */
export interface Failure {
  readonly runs: number;
  readonly text: string;
}

/**
 * Lets a history happen, checking after every step, and at its end. Throws a sentence where an invariant does not hold.
 */
export const live = async (history: History, rig: LifecycleRig, plant: Planted = () => ({})): Promise<void> => {
  const world = await newWorld(rig, history, plant);
  for (const [index, step] of history.steps.entries()) {
    try {
      await runStep(step, world);
      await checkAlways(world);
    } catch (error) {
      throw new Error(`After step ${index + 1}: ${messageOf(error)}`, { cause: error });
    }
  }
  await settle(world);
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Runs random histories until one fails; undefined when all of them hold. */
export const findFailure = async (
  { seed, runs, plant, isMadeSmaller = true }: Search,
  rig: LifecycleRig,
): Promise<Failure | undefined> => {
  const failureOf = (history: History): Promise<string | undefined> =>
    live(history, rig, plant).then(() => undefined, messageOf);
  let found: { history: History; message: string | undefined } | undefined;
  let count = 0;
  for (const history of fc.sample(histories, { seed, numRuns: runs })) {
    count += 1;
    const message = await failureOf(history);
    if (message === undefined) continue;
    found = { history, message };
    break;
  }
  if (found === undefined) return undefined;
  const smallest = isMadeSmaller ? await makeSmaller(found.history, failureOf) : found;
  const text = [
    `History ${count} of seed ${seed}${isMadeSmaller ? ', made smaller' : ''}:`,
    historyText(smallest.history),
    smallest.message ?? found.message,
    `Again: HISTORY='${JSON.stringify(smallest.history)}', or all of HISTORY_SEED=${seed}`,
  ].join('\n');
  return { runs: count, text };
};
