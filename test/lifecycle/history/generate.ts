import fc from 'fast-check';
import type { NewFault } from '../../../local/elevenlabs/faults';
import { acts, call, deliver, end, hangUp, person, rareChore, processJob, ring } from './generate-acts';
import { fault } from './generate-faults';
import type { History, PlannedCall, Step } from './history';

const of = fc.constantFrom;

/** Most are of one caller with one sample, so that voices are shared. */
const plannedCall: fc.Arbitrary<PlannedCall> = fc.record({
  agent: of(1, 1, 2, 2, 3),
  caller: of(0, 0, 0, 0, 1, 2, 3),
  sample: of('a', 'a', 'a', 'a', 'b'),
});

/** The second is of the caller of the first, in most histories, and so has its voice where voices are kept. */
const plannedCalls = fc
  .tuple(fc.array(plannedCall, { minLength: 6, maxLength: 6 }), of(true, true, false))
  .map(([[first, second, ...others], areTwins]): PlannedCall[] => [
    first!,
    areTwins ? { ...first!, agent: second!.agent } : second!,
    ...others,
  ]);

/** A pre-call that runs into its deadline: what it began may land later, perhaps after the call's end. */
const outOfTime: fc.Arbitrary<Step[]> = fc
  .record({
    which: of(0, 1, 2, 3, 4, 5),
    operation: of<NewFault['operation']>('patchAgent', 'patchAgent', 'patchAgent', 'createVoice'),
    effect: of('before', 'before', 'before', 'after'),
    isEnded: of(true, true, false),
  })
  .map(({ which, operation, effect, isEnded }): Step[] => [
    { do: 'fault', fault: { operation, effect, action: { kind: 'slow', ms: 500 } } },
    { do: 'deliver', call: which, leftMs: 250 },
    ...(isEnded ? ([{ do: 'end', call: which, by: 'id' }, { do: 'processJob' }] as const) : []),
  ]);

/** Two calls at a time, one of which ends. */
const overlap: fc.Arbitrary<Step[]> = of(0, 1).map((ended): Step[] => [
  { do: 'deliver', call: 0 },
  { do: 'deliver', call: 1 },
  { do: 'end', call: ended, by: 'id' },
  { do: 'processJob' },
]);

/** A pre-call that dies, and is repeated once its lease has run out. */
const takeOver: fc.Arbitrary<Step[]> = fc
  .tuple(call, fc.integer({ min: 3, max: 20 }), of(false, false, true))
  .map(([which, killAfter, doesSearchLag]): Step[] => [
    ...(doesSearchLag ? [{ do: 'searchLags' } as const] : []),
    { do: 'deliver', call: which, killAfter },
    { do: 'advance', seconds: 61 },
    { do: 'deliver', call: which },
  ]);

/** Two calls of one number, for which one was prepared. */
const callsTwice: fc.Arbitrary<Step[]> = of(0, 1).map((which): Step[] => [
  { do: 'deliver', call: which },
  { do: 'ring', call: which },
  { do: 'ring', call: which },
]);

/** A fault, and what it may strike. */
const struck: fc.Arbitrary<Step[]> = fc.tuple(
  fault,
  fc.oneof({ arbitrary: deliver, weight: 5 }, { arbitrary: processJob, weight: 3 }, ring, end, rareChore),
);

const advance = of(5, 61, 61, 125, 125, 125, 400, 960, 3600, 7300, 90_000).map((seconds): Step => ({
  do: 'advance',
  seconds,
}));

const step: fc.Arbitrary<Step> = fc.oneof(
  { arbitrary: deliver, weight: 26 },
  { arbitrary: end, weight: 12 },
  { arbitrary: ring, weight: 14 },
  { arbitrary: hangUp, weight: 8 },
  { arbitrary: processJob, weight: 12 },
  { arbitrary: advance, weight: 11 },
  { arbitrary: acts.map((group): Step => ({ do: 'together', acts: group })), weight: 16 },
  { arbitrary: person, weight: 8 },
  { arbitrary: rareChore, weight: 7 },
  { arbitrary: of<Step>({ do: 'searchLags' }, { do: 'calm' }), weight: 2 },
  { arbitrary: call.map((which): Step => ({ do: 'goesOn', call: which })), weight: 3 },
);

const part: fc.Arbitrary<Step[]> = fc.oneof(
  { arbitrary: step.map((one) => [one]), weight: 26 },
  { arbitrary: struck, weight: 6 },
  { arbitrary: fc.tuple(end, processJob), weight: 3 },
  { arbitrary: outOfTime, weight: 3 },
  { arbitrary: overlap, weight: 2 },
  { arbitrary: takeOver, weight: 2 },
  { arbitrary: callsTwice, weight: 2 },
);

const deliveredIn = (earlier: Step): number[] =>
  earlier.do === 'together' ? earlier.acts.flatMap(deliveredIn) : earlier.do === 'deliver' ? [earlier.call] : [];

/** An end before its call's pre-call makes that call poor in events: only the last ones may have it. */
const withFewEarlyEnds = (steps: readonly Step[]): Step[] =>
  steps.filter(
    (one, index) => one.do !== 'end' || one.call > 3 || steps.slice(0, index).flatMap(deliveredIn).includes(one.call),
  );

/** Histories of a dozen steps, more or less. */
export const histories: fc.Arbitrary<History> = fc.noBias(
  fc.record({
    retainS: of(0, 7200),
    activation: of('patch', 'patch', 'patch', 'patch', 'both', 'override', 'auto', 'auto'),
    asks: of(true, true, false),
    calls: plannedCalls,
    steps: fc.array(part, { minLength: 1, maxLength: 12, size: 'max' }).map((parts) => withFewEarlyEnds(parts.flat())),
  }),
);
