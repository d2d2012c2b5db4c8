import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { manifestFile, picturesManifest, sourceHash } from '../../scripts/pictures-manifest';

const hashes = z.record(z.string(), z.string());
const recorded = z.object({ sources: hashes, pictures: hashes }).parse(JSON.parse(readFileSync(manifestFile, 'utf8')));
const current = picturesManifest();

const differing = (before: Readonly<Record<string, string>>, now: Readonly<Record<string, string>>): string[] =>
  [...new Set([...Object.keys(before), ...Object.keys(now)])].filter((path) => before[path] !== now[path]).sort();

describe('the pictures of the documentation', () => {
  it('given the sources that they show, then the pictures were made from these', () => {
    const changed = differing(recorded.sources, current.sources);

    expect(changed, `The pictures show an older page. Run "npm run pictures" and commit its result.`).toEqual([]);
  });

  it('given the files, then they are those that were made together', () => {
    const changed = differing(recorded.pictures, current.pictures);

    expect(changed, 'Run "npm run pictures" and commit its result.').toEqual([]);
  });

  it.each([
    ['another word', 'a.tsx', '<b>Call</b>;', '<b>Calls</b>;'],
    ['another colour', 'a.css', 'a { color: red; }', 'a { color: blue; }'],
  ])('given %s in a source, then its hash changes', (_change, path, before, after) => {
    expect(sourceHash(path, after)).not.toBe(sourceHash(path, before));
  });

  it.each([
    ['another layout', 'a.tsx', '<b>Call</b>;', '<b>\n  Call\n</b>;'],
    ['a comment', 'a.ts', 'export const a = 1;', '/** One. */\nexport const a = 1;'],
    ['a type', 'a.ts', 'export const a = 1;', 'export const a: number = 1;'],
  ])('given %s in a source, then its hash stays', (_change, path, before, after) => {
    expect(sourceHash(path, after)).toBe(sourceHash(path, before));
  });

  it('given the views, then each counts, and nothing that a page does not show', () => {
    const paths = Object.keys(current.sources);

    expect(paths).toContain('console/client/views/call.tsx');
    expect(paths).toContain('console/client/styles/tokens.css');
    expect(paths.filter((path) => /^(lambdas|lib|ops|cli|local)\//.test(path))).toEqual([]);
  });
});
