import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { bundleOf } from '../../lib/bundles';
import { inPlainNode } from '../support/in-plain-node';

const decoders = ['mpg123-decoder', 'opus-decoder'];
const functionFolders = readdirSync(join(__dirname, '..', '..', 'lambdas', 'functions'));
const filesOf = (folder: string): string[] =>
  readdirSync(bundleOf(folder), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.js'));

describe('a bundle', () => {
  it('given a function that measures samples, when bundled, then each decoder is a file of its own', () => {
    const withDecoders = ['index.js', ...decoders.map((name) => join('node_modules', name, 'index.js'))];

    for (const folder of functionFolders) {
      const isListener = folder === 'precall' || folder === 'enrolment';
      expect({ folder, files: filesOf(folder).sort() }).toEqual({
        folder,
        files: isListener ? withDecoders : ['index.js'],
      });
    }
  });

  it.each(decoders)('given %s, when bundled, then it has less than 100 kB', (name) => {
    expect(statSync(join(bundleOf('precall'), 'node_modules', name, 'index.js')).size).toBeLessThan(100_000);
  });
});

describe('the bundles of the functions', () => {
  it('given a source map, then it names sources from the root of the checkout, so that its path changes no asset', () => {
    const sources = inPlainNode('bundleSources', 'precall') as string[];

    expect(sources.length).toBeGreaterThan(100);
    // From bundles/precall/ below the root.
    expect(sources.filter((source) => !/^\.\.\/\.\.\/(lambdas|node_modules)\//.test(source))).toEqual([]);
  });
});
