import fc from 'fast-check';
import { listItems } from '../../lambdas/calls/list-items';
import { isNestedDeeper } from '../../lambdas/calls/nesting';
import { growsLinearly } from '../support/growth';

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

describe('listItems', () => {
  it('given any list in any notation, then its items are those of the list, byte for byte', () => {
    const notation = fc.constantFrom(undefined, 1, '\t', '\n\r ');
    fc.assert(
      fc.property(fc.array(fc.jsonValue({ maxDepth: 4 })), notation, (list, space) => {
        const items = listItems(Buffer.from(` \n${JSON.stringify(list, null, space)}\r `));

        expect(items.map((item): unknown => JSON.parse(item.toString()))).toEqual(JSON.parse(JSON.stringify(list)));
        for (const item of items) expect(item.toString().trim()).toBe(item.toString());
      }),
      { seed: 20_261_121, numRuns: 500 },
    );
  });

  it('given 6 MB, then the work grows with the bytes', async () => {
    const itemsOf = (count: number) => listItems(Buffer.from(`[${'[],'.repeat(count)}[]]`));

    expect(itemsOf(2_000_000)).toHaveLength(2_000_001);
    expect(await growsLinearly(2_000_000, itemsOf)).toBe(true);
  });
});
