import { explore, type Fault, runAtRandom, type Trouble } from './explore';
import { protocol, type Rules } from './steps';

const both = { voice_id: 'persons', first_message: 'Changed' };
const greeting = { first_message: 'Changed' };
const voice = { voice_id: 'persons' };

const well = { dangles: false, endsBadly: false, foreignBaseline: false, losesEdit: false };

describe('the protocol of agent voices, in every interleaving of the production functions', () => {
  it.each<[string[], Trouble]>([
    [['A'], { crashes: 2, losses: 1 }],
    [['A'], { crashes: 1, refusals: 1, edit: both }],
    [['A'], { crashes: 1, losses: 1, edit: greeting }],
    [['A'], { crashes: 1, losses: 1, edit: both, hasVersions: true }],
    [['A'], { crashes: 2, edit: voice, hasVersions: true }],
    [['A', 'B'], {}],
    [['A', 'B'], { hasVersions: true }],
    [['A', 'B'], { refusals: 1 }],
    [['A', 'B'], { crashes: 1 }],
    [['A', 'B'], { edit: greeting }],
    [['A', 'b'], { crashes: 1 }],
    [['A', 'b'], { losses: 1, hasVersions: true }],
  ])(
    'given the calls %j with %j, then no agent dangles, nothing waits for ever, and what is the agent’s or a person’s stays',
    (...given) => {
      const [calls, trouble] = given;
      const found = explore(calls, trouble);

      process.stdout.write(`${calls.join('')} ${JSON.stringify(trouble)}: ${JSON.stringify(found)}\n`);
      expect(found).toMatchObject(well);
      if (Object.keys(trouble).every((name) => name === 'hasVersions')) expect(found.losesCaller).toBe(false);
      expect(found.states).toBeGreaterThan(500);
    },
  );

  it.each<[Trouble, number]>([
    [{}, 500_000],
    [{ hasVersions: true }, 150_000],
    [{ refusals: 1 }, 150_000],
    [{ crashes: 1 }, 150_000],
    [{ losses: 1, hasVersions: true }, 150_000],
    [{ edit: greeting }, 150_000],
  ])('given three calls with %j, then it is so in %i states, or all if there are fewer', (trouble, most) => {
    const found = explore(['A', 'B', 'C'], trouble, protocol, { most });

    process.stdout.write(`ABC ${JSON.stringify(trouble)}: ${JSON.stringify(found)}\n`);
    expect(found).toMatchObject(well);
    expect(found.states).toBeGreaterThan(10_000);
  });

  it.each<[Trouble]>([
    [{ crashes: 2, losses: 1, refusals: 1 }],
    [{ crashes: 1, losses: 1, edit: both }],
    [{ crashes: 1, losses: 1, edit: both, hasVersions: true }],
  ])('given three calls with %j, then it is so in 2,000 random runs', (trouble) => {
    const found = runAtRandom(['A', 'B', 'C'], trouble, 2_000);

    process.stdout.write(`ABC at random ${JSON.stringify(trouble)}: ${JSON.stringify(found)}\n`);
    expect(found).toMatchObject({ ...well, endless: 0 });
  });

  it.each<[string, Partial<Rules>, string[], Trouble, Fault]>([
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
    ['what PATCHes carried is not remembered', { knowsGreetings: false }, ['A'], { edit: greeting }, 'losesEdit'],
    ['versions are not read', { readsVersions: false }, ['A'], { edit: both, hasVersions: true }, 'losesEdit'],
    ['an agent without versions is not read again', { looksAgain: false }, ['A'], { edit: both }, 'losesEdit'],
    ['a PATCH is repeated without a look', { looksBeforeRepeat: false }, ['A'], { losses: 1, edit: both }, 'losesEdit'],
    ['the mark of another installation means nothing', { knowsMarks: false }, ['A', 'b'], {}, 'foreignBaseline'],
    ['an agent whose own voice is unknown is PATCHed', { needsBaseline: false }, ['A', 'b'], {}, 'endsBadly'],
  ])('given that %s, then it is found out', (_given, broken, calls, trouble, found) => {
    expect(explore(calls, trouble, { ...protocol, ...broken }, { until: found })[found]).toBe(true);
  });
});
