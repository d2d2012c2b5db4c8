import { explore, protocol } from './explore';

const well = { dangles: false, endsBadly: false };

describe('the protocol of agent voices, in every interleaving', () => {
  it.each<[string[], number]>([
    [['A'], 2],
    [['A', 'B'], 0],
    [['A', 'B'], 1],
    [['A', 'B'], 2],
    [['A', 'B', 'C'], 0],
  ])(
    'given the calls %j and up to %i crashes, then no agent dangles, and each end is the baseline',
    (calls, crashes) => {
      const found = explore(calls, crashes);

      expect(found).toMatchObject(well);
      if (crashes === 0) expect(found.losesCaller).toBe(false);
      expect(found.states).toBeGreaterThan(calls.length === 1 ? 100 : 800);
    },
  );

  it.each([
    ['deletions do not wait for PATCHes that may still land', { respectsPendings: false }, 1, { dangles: true }],
    ['an overtaken PATCH is left as it landed', { converges: false }, 0, { losesCaller: true }],
    ['deletions do not look at the agent', { looks: false }, 0, { dangles: true }],
    [
      'a release does not wait for its pre-call',
      { waitsForPreCall: false, respectsPendings: false },
      0,
      { dangles: true },
    ],
  ] as const)('given that %s, then it is found out', (_given, broken, crashes, found) => {
    expect(explore(['A', 'B'], crashes, { ...protocol, ...broken })).toMatchObject(found);
  });
});
