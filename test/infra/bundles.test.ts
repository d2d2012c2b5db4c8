import { inPlainNode } from '../support/in-plain-node';

describe('the bundles of the functions', () => {
  it('given a source map, then it names sources from the root of the checkout, so that its path changes no asset', () => {
    const sources = inPlainNode('bundleSources', 'precall') as string[];

    expect(sources.length).toBeGreaterThan(100);
    // From bundles/precall/ below the root.
    expect(sources.filter((source) => !/^\.\.\/\.\.\/(lambdas|node_modules)\//.test(source))).toEqual([]);
  });
});
