import { conversationsWith, isErasedFor } from '../../lambdas/callers/caller';

const calls = (starts: Record<string, number>, agent_id = 'agent_1') =>
  Object.fromEntries(Object.entries(starts).map(([id, started_at]) => [id, { agent_id, started_at }]));

describe('conversationsWith', () => {
  it.each([
    ['one that was begun before', { a: 1000 }, 1001, 'a'],
    ['two that were begun before', { a: 1000, b: 1004 }, 1010, 'b'],
    ['one before and one after', { a: 1000, b: 1004 }, 1001, 'a'],
    ['one that was begun in the same second', { a: 1000, b: 1004 }, 1004, 'b'],
    ['two that are later, as clocks differ', { b: 1004, a: 1000, c: 1299 }, 999, 'a'],
    ['one that is later by the most that clocks differ', { a: 1300 }, 1000, 'a'],
    ['one that is later by more', { a: 1301 }, 1000, undefined],
    ['several, and nobody tells when the call began', { a: 1000, c: 9000, b: 1004 }, undefined, 'c'],
    ['none', {}, 1000, undefined],
  ] as const)('given %s, then it is found as it is told', (...[, starts, startedAtS, expected]) => {
    const others = calls({ x: 998, y: 1001 }, 'agent_2');

    expect(conversationsWith({ calls: { ...others, ...calls(starts) } }, 'agent_1', startedAtS)[0]).toBe(expected);
  });
});

describe('isErasedFor', () => {
  it.each([
    [99, true],
    [100, true],
    [101, false],
  ])('given an erasure at second 100 and a request of second %i, then it is void: %p', (signedAtS, isVoid) => {
    expect(isErasedFor({ erased_at: 100 }, signedAtS)).toBe(isVoid);
    expect(isErasedFor({}, signedAtS)).toBe(false);
  });
});
