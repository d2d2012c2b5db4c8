import { createHash } from 'node:crypto';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { type Loader, transformSync } from 'esbuild';

const root = join(__dirname, '..');
const folder = 'docs/pictures';

/** What the pictures show: the page with its words and styles, the drawing's labels, and the script that takes them. */
const shown = [
  'console/client/**/*.{ts,tsx,css}',
  'console/server/{page,timeline}.ts',
  'test/browser/{pictures,apng}.mjs',
] as const;

const loaders: Readonly<Record<string, Loader>> = { '.ts': 'ts', '.tsx': 'tsx', '.css': 'css', '.mjs': 'js' };

/** The file that says from which sources the pictures of the documentation were made. */
export const manifestFile = join(root, 'test', 'browser', 'pictures.json');

/** Hashes by path, relative to the repository. */
export interface PicturesManifest {
  /** The sources that the pictures show, without comments, types and layout. */
  readonly sources: Readonly<Record<string, string>>;
  readonly pictures: Readonly<Record<string, string>>;
}

const hashOf = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex').slice(0, 16);

/** Returns the hash of what a source does. Its comments, types and layout do not count. */
export const sourceHash = (path: string, text: string): string =>
  hashOf(
    transformSync(text, {
      loader: loaders[extname(path)] ?? 'ts',
      minifyWhitespace: true,
      legalComments: 'none',
      jsx: 'automatic',
      tsconfigRaw: {},
    }).code,
  );

const hashes = (patterns: readonly string[], hash: (path: string) => string): Record<string, string> => {
  const paths = globSync([...patterns], { cwd: root }).map((path) => path.replaceAll('\\', '/'));
  return Object.fromEntries(paths.sort().map((path) => [path, hash(path)]));
};

/** Builds the manifest of the sources and pictures as they are now. */
export const picturesManifest = (): PicturesManifest => ({
  sources: hashes(shown, (path) => sourceHash(path, readFileSync(join(root, path), 'utf8'))),
  pictures: hashes([`${folder}/*.png`], (path) => hashOf(readFileSync(join(root, path)))),
});

if (require.main === module) writeFileSync(manifestFile, `${JSON.stringify(picturesManifest(), undefined, 2)}\n`);
