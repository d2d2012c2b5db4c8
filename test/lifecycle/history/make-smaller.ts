import type { Act, History, Step } from './history';

/** An act less one of the ways in which its process is treated; last, the act alone. */
const plainer = (act: Act): Act[] =>
  (['killAfter', 'afterMs', 'leftMs'] as const)
    .filter((key) => key in act)
    .map((key) => Object.fromEntries(Object.entries(act).filter(([name]) => name !== key)) as unknown as Act);

/**
 * What may stand in place of a step: nothing; for a group, each of its acts alone, or the group less one; plainer acts.
 */
const smallerThan = (step: Step): Step[][] => {
  const instead: Step[][] = [[]];
  if (step.do === 'together') {
    const { acts } = step;
    instead.push(...acts.map((act): Step[] => [act]), [...acts]);
    if (acts.length > 2)
      instead.push(...acts.map((one): Step[] => [{ ...step, acts: acts.filter((act) => act !== one) }]));
    acts.forEach((act, index) =>
      instead.push(...plainer(act).map((other): Step[] => [{ ...step, acts: acts.with(index, other) }])),
    );
  } else if (step.do !== 'advance' && step.do !== 'fault' && step.do !== 'awsFault' && step.do !== 'goesOn')
    instead.push(...plainer(step as Act).map((other) => [other]));
  return instead;
};

/** Makes a history that fails as small as it gets and still fails; a race is given as many tries. */
export const makeSmaller = async (
  history: History,
  failureOf: (candidate: History) => Promise<string | undefined>,
  tries = 1,
): Promise<{ history: History; message: string | undefined }> => {
  let smallest = { history, message: undefined as string | undefined };
  const tryOut = async (candidate: History): Promise<boolean> => {
    for (let tried = 0; tried < tries; tried += 1) {
      const message = await failureOf(candidate);
      if (message === undefined) continue;
      smallest = { history: candidate, message };
      return true;
    }
    return false;
  };
  for (let index = history.steps.length - 1; index >= 0; index -= 1) {
    for (let isSmaller = true; isSmaller;) {
      isSmaller = false;
      const { steps } = smallest.history;
      const step = steps[index];
      if (step === undefined) break;
      for (const others of smallerThan(step)) {
        isSmaller = await tryOut({ ...smallest.history, steps: steps.toSpliced(index, 1, ...others) });
        if (isSmaller) break;
      }
    }
  }
  return smallest;
};
