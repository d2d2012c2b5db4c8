import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

const functions = join(__dirname, '..', 'lambdas', 'functions');
const entry = 'handler.ts';

let made: string | undefined;

/**
 * Returns the folder with a function's bundle: `index.js` and its source map. The first call bundles all functions,
 * because one run of esbuild takes a sixth of the time of one run per function. The bundles are removed when this
 * process ends; the CDK has copied them by then. Throws the errors of esbuild.
 */
export const bundleOf = (folder: string): string => join((made ??= bundleAll()), folder);

const bundleAll = (): string => {
  const output = mkdtempSync(join(tmpdir(), 'precall-bundles-'));
  process.once('exit', () => rmSync(output, { recursive: true, force: true }));
  const folders = readdirSync(functions, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(join('/', entry)))
    .map((file) => file.slice(0, -entry.length - 1));
  buildSync({
    entryPoints: Object.fromEntries(folders.map((folder) => [join(folder, 'index'), join(functions, folder, entry)])),
    outdir: output,
    // The SDK is bundled so that the tested version runs; it also starts faster than the runtime's copy.
    bundle: true,
    platform: 'node',
    format: 'cjs',
    mainFields: ['module', 'main'],
    target: 'node22',
    minify: true,
    keepNames: true,
    sourcemap: 'external',
    logLevel: 'warning',
  });
  return output;
};
