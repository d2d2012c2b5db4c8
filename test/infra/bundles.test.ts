import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { bundleOf } from '../../lib/bundles';
import { inPlainNode } from '../support/in-plain-node';

const decoders = ['mpg123-decoder', 'opus-decoder'];
const decoderFiles = (folder: string): string[] => [join(folder, 'index.js'), join(folder, 'src', 'EmscriptenWasm.js')];
const functionFolders = readdirSync(join(__dirname, '..', '..', 'lambdas', 'functions'));
const filesOf = (folder: string): string[] =>
  readdirSync(bundleOf(folder), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.js'));

describe('a bundle', () => {
  it('given a function that measures samples, when bundled, then it has what it loads when needed, decoders unchanged', () => {
    for (const folder of functionFolders) {
      const isListener = folder === 'precall' || folder === 'enrolment';
      expect({ folder, files: filesOf(folder).sort() }).toEqual({
        folder,
        files: isListener
          ? [
              'index.js',
              ...decoders.flatMap((name) => decoderFiles(join('node_modules', name))),
              join('node_modules', 'music-metadata', 'index.js'),
            ].sort()
          : ['index.js'],
      });
    }
    for (const file of decoders.flatMap((name) => decoderFiles(name))) {
      const original = join(__dirname, '..', '..', 'node_modules', file);
      expect(readFileSync(join(bundleOf('precall'), 'node_modules', file))).toEqual(readFileSync(original));
    }
  });

  it.each(decoders)('given %s, when bundled, then it has less than 100 kB', (name) => {
    const [, wasm = ''] = decoderFiles(join(bundleOf('precall'), 'node_modules', name));

    expect(statSync(wasm).size).toBeLessThan(100_000);
  });

  it.each(decoders)('given %s, when the bundle asks where it is, then Node finds it beside the bundle', (name) => {
    const bundle = join(bundleOf('precall'), 'index.js');

    expect(readFileSync(bundle, 'utf8')).toContain(`require.resolve("${name}")`);
    expect(createRequire(bundle).resolve(name)).toBe(join(bundleOf('precall'), 'node_modules', name, 'index.js'));
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
