import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(__dirname, '..');

let bundlesFolder: string | undefined;

/**
 * Returns the folder with a function's bundle: `index.js`, its source map, and the packages that it loads when needed.
 * The first call bundles all functions, because one esbuild run takes a sixth of the time of separate runs. The bundles
 * are deleted when this process ends, after the CDK has copied them. Equal sources give equal bytes in any checkout, so
 * deploying from another machine changes nothing. Throws esbuild's errors.
 */
export const bundleOf = (folder: string): string => join((bundlesFolder ??= bundleAll()), folder);

const bundleAll = (): string => {
  const output = mkdtempSync(join(tmpdir(), 'precall-bundles-'));
  process.once('exit', () => rmSync(output, { recursive: true, force: true }));
  // The CDK's constructs need the bundles at once, but esbuild's plugins work only asynchronously.
  execFileSync(process.execPath, ['--import', 'tsx', join(__dirname, 'bundle-functions.ts'), output], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  return output;
};
