import { isNestedDeeper } from '../../lambdas/calls/json-fields';

const nested = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels));

describe('isNestedDeeper', () => {
  it.each([
    ['a number', 1, 0, false],
    ['null', null, 0, false],
    ['an empty list', [], 0, true],
    ['an empty list', [], 1, false],
    ['lists and objects', [1, { a: [] }, 2], 2, true],
    ['lists and objects', [1, { a: [] }, 2], 3, false],
    ['many beside one another', Array(1000).fill([]), 2, false],
    ['a field of every object', JSON.parse('{"__proto__":{"__proto__":[]}}'), 2, true],
  ] as const)('given %s, then its levels are counted', (...[, json, maxLevels, expected]) => {
    expect(isNestedDeeper(json, maxLevels)).toBe(expected);
  });

  it('given a million levels, then it is soon told', () => {
    expect(isNestedDeeper(nested(1_000_000), 200)).toBe(true);
    expect(isNestedDeeper(nested(1_000_000), 1_000_000)).toBe(false);
  });
});
