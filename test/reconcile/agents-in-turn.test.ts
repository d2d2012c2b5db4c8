import { agentsInTurn } from '../../lambdas/reconcile/agents-in-turn';

const versionsOf = (count: number): Map<string, number> =>
  new Map(Array.from({ length: count }, (_, index) => [`agent_${String(index).padStart(4, '0')}`, 7]));

describe('agentsInTurn', () => {
  it('given up to 50 agents, then each is read in every run', () => {
    const versions = versionsOf(50);
    const read = { turn: 3, versions: Object.fromEntries(versions) };

    expect(agentsInTurn(versions, read).size).toBe(50);
  });

  it.each([51, 1_000, 3_001])(
    'given %d agents at rest, then 24 runs read all of them, and each run a share',
    (count) => {
      const versions = versionsOf(count);
      const read = Object.fromEntries(versions);
      const seen = new Set<string>();
      for (let turn = 5; turn < 29; turn += 1) {
        const inTurn = agentsInTurn(versions, { turn, versions: read });
        expect(inTurn.size).toBeLessThanOrEqual(Math.max(50, Math.ceil(count / 24)));
        inTurn.forEach((agentId) => seen.add(agentId));
      }

      expect(seen.size).toBe(count);
    },
  );

  it('given agents that changed since they were read, or were never read at rest, then they are read in every run', () => {
    const versions = versionsOf(1_000);
    const read = Object.fromEntries([...versions].filter(([agentId]) => agentId !== 'agent_0900'));
    versions.set('agent_0500', 8);

    for (let turn = 0; turn < 24; turn += 1)
      expect([...agentsInTurn(versions, { turn, versions: read })]).toEqual(
        expect.arrayContaining(['agent_0500', 'agent_0900']),
      );
  });
});
