import { explore, protocol, type Rules } from './explore';
import type { Trouble } from './world';

const well = { dangles: false, endsBadly: false };

describe('the protocol of agent voices, in every interleaving of the production functions', () => {
  it.each<[string[], Trouble]>([
    [['A'], { crashes: 2 }],
    [['A'], { crashes: 1, refusals: 1, isEdited: true }],
    [['A', 'B'], {}],
    [['A', 'B'], { refusals: 1 }],
  ])(
    'given the calls %j with %j, then no agent dangles, nothing waits for ever, and each end is the baseline',
    (...given) => {
      const [calls, trouble] = given;
      const found = explore(calls, trouble);

      process.stdout.write(`${calls.join('')} ${JSON.stringify(trouble)}: ${JSON.stringify(found)}\n`);
      expect(found).toMatchObject(well);
      if (trouble.crashes === undefined && trouble.refusals === undefined) expect(found.losesCaller).toBe(false);
      expect(Object.keys(found.lostEdits).filter((when) => when === 'kept')).toEqual([]);
      expect(found.states).toBeGreaterThan(100);
    },
  );

  it.each<[string, Partial<Rules>, string[], Trouble, 'dangles' | 'endsBadly' | 'losesCaller']>([
    [
      'deletions do not wait for PATCHes that may still land',
      { respectsPendings: false },
      ['A'],
      { crashes: 1 },
      'dangles',
    ],
    ['an overtaken PATCH is left as it landed', { converges: false }, ['A', 'B'], {}, 'losesCaller'],
    ['deletions do not look at the agent', { looks: false }, ['A', 'B'], {}, 'dangles'],
    [
      'a release does not wait for its pre-call',
      { waitsForPreCall: false, respectsPendings: false },
      ['A'],
      {},
      'dangles',
    ],
    ['a PATCH is not announced', { announces: false }, ['A'], { crashes: 1 }, 'dangles'],
    ['greetings are not remembered', { knowsGreetings: false }, ['A', 'B'], {}, 'endsBadly'],
  ])('given that %s, then it is found out', (_given, broken, calls, trouble, found) => {
    expect(explore(calls, trouble, { ...protocol, ...broken }, found)[found]).toBe(true);
  });
});
