import fc from 'fast-check';
import type { Act, Chore, Deliver, End, HangUp, PersonsChange, Ring } from './history';

const of = fc.constantFrom;

/** A process that is killed in one case out of so many, after up to `most` outside calls. */
const maybeKilled = (outOf: number, most: number): fc.Arbitrary<{ readonly killAfter?: number }> =>
  fc
    .tuple(fc.integer({ min: 1, max: outOf }), fc.nat(most))
    .map(([dice, killAfter]) => (dice === outOf ? { killAfter } : {}));

/** The first come up most, so that much happens to each. */
export const call = of(0, 0, 0, 0, 1, 1, 1, 2, 2, 3, 4, 5);

export const deliver: fc.Arbitrary<Deliver> = fc
  .tuple(call, maybeKilled(4, 24))
  .map(([which, killed]) => ({ do: 'deliver', call: which, ...killed }));

export const end: fc.Arbitrary<End> = fc
  .tuple(call, of<End['by']>('id', 'id', 'id', 'variable', 'caller'), maybeKilled(8, 4))
  .map(([which, by, killed]) => ({ do: 'end', call: which, by, ...killed }));

export const ring: fc.Arbitrary<Ring> = fc
  .tuple(call, maybeKilled(6, 6))
  .map(([which, killed]) => ({ do: 'ring', call: which, ...killed }));

export const hangUp: fc.Arbitrary<HangUp> = fc
  .tuple(call, of<HangUp['as']>('done', 'done', 'failed'), maybeKilled(8, 4))
  .map(([which, as, killed]) => ({ do: 'hangUp', call: which, as, ...killed }));

export const person: fc.Arbitrary<PersonsChange> = fc
  .record({
    agent: of<PersonsChange['agent']>(1, 1, 2, 2, 3),
    voice: of<PersonsChange['voice']>(undefined, 'premade', 'foreign', 'other-installation'),
    message: of(undefined, 'A person wrote this', 'Another text'),
  })
  .map(({ agent, voice, message }) => ({
    do: 'person',
    agent,
    ...(voice !== undefined && { voice }),
    ...((message !== undefined || voice === undefined) && { message: message ?? 'A new text' }),
  }));

const chore = (names: readonly Chore['do'][], killedOutOf: number): fc.Arbitrary<Chore> =>
  fc.tuple(of(...names), maybeKilled(killedOutOf, 20)).map(([name, killed]) => ({ do: name, ...killed }));

export const processJob = chore(['processJob'], 4);

/** What comes by itself, seldom. */
export const rareChore = chore(['sweep', 'reconcile', 'reconcile'], 6);

const act: fc.Arbitrary<Act> = fc.oneof(
  { arbitrary: deliver, weight: 6 },
  { arbitrary: end, weight: 4 },
  { arbitrary: ring, weight: 4 },
  { arbitrary: hangUp, weight: 2 },
  { arbitrary: processJob, weight: 4 },
  { arbitrary: person, weight: 1 },
  { arbitrary: rareChore, weight: 1 },
);

const anyActs: fc.Arbitrary<Act[]> = fc.array(
  fc.tuple(act, fc.nat(40)).map(([each, afterMs]) => ({ ...each, afterMs })),
  { minLength: 2, maxLength: 3 },
);

const duplicates: fc.Arbitrary<Act[]> = fc
  .tuple(call, fc.array(fc.nat(40), { minLength: 1, maxLength: 2 }))
  .map(([which, delays]) => [0, ...delays].map((afterMs) => ({ do: 'deliver', call: which, afterMs })));

/** What happens at the same time. */
export const acts: fc.Arbitrary<Act[]> = fc.oneof(anyActs, anyActs, duplicates);
