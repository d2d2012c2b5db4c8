import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleOf } from '../../lib/bundles';

/** The sources that the source map of a function's bundle names. */
export const bundleSources = (folder: string): readonly string[] => {
  const map = JSON.parse(readFileSync(join(bundleOf(folder), 'index.js.map'), 'utf8')) as { sources: string[] };
  return map.sources;
};
